import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/events.ts';
import { copyRepository } from '../support/scratch-copy.ts';
import { type Step, stepsIn } from './readme.ts';

/** Where a step's lines go in a file that exists: behind the line that matches. */
const PLACES: Readonly<Record<string, RegExp>> = {
  'serverless.yml': /^functions:$/m,
  'schemas/vocabulary.ts': /^export const FAMILIES = \{$/m,
};
const MOST_FILES = 5;
const MOST_LINES = 52;

const scratch = mkdtempSync(join(tmpdir(), 'ground-control-recipe-'));
const steps = stepsIn(readFileSync(join(ROOT, 'README.md'), 'utf8'));

beforeAll(() => {
  copyRepository(scratch);
  for (const step of steps) apply(step);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function apply({ file, text }: Step): void {
  const path = join(scratch, file);
  const place = PLACES[file];
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    place === undefined ? text : readFileSync(path, 'utf8').replace(place, (line) => `${line}\n${text.trimEnd()}`),
  );
}

/** Runs an npm script in the scratch copy; its output where it fails. */
function npm(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', ...args], { cwd: scratch, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`.slice(-4000);
}

describe("the README's recipe for an event type", () => {
  it('takes few files and few lines', () => {
    expect(steps.map(({ file }) => file)).toEqual([
      'schemas/event/quantum-job.ts',
      'functions/quantum-job.ts',
      'serverless.yml',
      'schemas/vocabulary.ts',
      'events/quantum-job/failed.json',
    ]);
    const lines = steps.reduce((sum, step) => sum + step.lines, 0);
    process.stdout.write(`${steps.length} files, ${lines} lines\n`);
    expect([steps.length <= MOST_FILES, lines <= MOST_LINES]).toEqual([true, true]);
  });

  it('is formatted, generates, and passes lint and types', () => {
    expect([npm('format'), npm('generate'), npm('lint'), npm('types')]).toEqual(['', '', '', '']);
  });

  it('passes the tests of the repository', () => {
    expect(npm('test')).toBe('');
  });

  it('handles the sample event with the new function, as an alert', () => {
    const { stdout } = spawnSync('npm', ['run', '--silent', 'replay', '--', 'events/quantum-job/failed.json'], {
      cwd: scratch,
      encoding: 'utf8',
    });
    expect(stdout).toContain('SageMaker Quantum Job State Change -> quantumJob');
    expect(stdout).toContain('Subject:  FAILED: quantum job q-7');
  });

  it('announces the failure of a job once, and of the next job of its name again', () => {
    const event = (CreationTime: number, time: string) => ({
      'detail-type': 'SageMaker Quantum Job State Change',
      time,
      detail: { QuantumJobName: 'q-7', QuantumJobStatus: 'Failed', CreationTime },
    });
    const day = Date.UTC(2026, 10, 20);
    const events = [
      event(day, '2026-11-20T01:00:00Z'),
      event(day, '2026-11-20T01:20:00Z'),
      event(day + 7_200_000, '2026-11-20T03:00:00Z'),
    ];
    const { stdout } = spawnSync('npm', ['run', '--silent', 'replay', '--', '--json', '--history', '-'], {
      cwd: scratch,
      encoding: 'utf8',
      input: events.map((one) => JSON.stringify(one)).join('\n'),
    });
    const outcomes = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).outcome);
    expect(outcomes).toEqual(['alerted', 'ignored', 'alerted']);
  });

  it('packages the function with a role, a log group and alarms of its own', () => {
    expect(npm('package')).toBe('');
    const template = join(scratch, '.serverless/cloudformation-template-update-stack.json');
    const { Resources } = JSON.parse(readFileSync(template, 'utf8'));
    expect(
      Object.keys(Resources)
        .filter((id) => id.startsWith('QuantumJob'))
        .sort(),
    ).toEqual([
      'QuantumJobErrorsAlarm',
      'QuantumJobEventBridgeLambdaPermission1',
      'QuantumJobLambdaEvConf',
      'QuantumJobLambdaFunction',
      'QuantumJobLogGroup',
      'QuantumJobLostAlarm',
      'QuantumJobRole',
      'QuantumJobThrottlesAlarm',
    ]);
  });
});
