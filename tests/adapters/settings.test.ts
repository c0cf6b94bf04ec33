import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../adapters/configuration.ts';
import { readEnvironment } from '../../adapters/environment.ts';
import { writeCompiledConfiguration } from '../../infrastructure/compiled-configuration.ts';
import { Configuration } from '../../schemas/configuration.ts';

const folder = mkdtempSync(join(tmpdir(), 'ground-control-test-'));

describe('the environment of a function', () => {
  it('names every variable that is missing or wrong', () => {
    expect(() => readEnvironment({ QUARANTINE_QUEUE_URL: 'queue' })).toThrow(
      /ALERTS_TOPIC_ARN: .*; QUARANTINE_QUEUE_URL: /,
    );
  });

  it('finds the configuration beside the code', () => {
    const variables = { ALERTS_TOPIC_ARN: 'arn:x', QUARANTINE_QUEUE_URL: 'https://q', LAMBDA_TASK_ROOT: '/var/task' };
    expect(readEnvironment(variables).GROUND_CONTROL_CONFIG).toBe('/var/task/.generated/ground-control.json');
  });
});

describe('the compiled configuration', () => {
  it('is what was written, without addresses', () => {
    const path = join(folder, 'nested', 'ground-control.json');
    const configuration = Configuration.parse({
      subscribers: [{ email: 'a@example.com' }],
      chat: 'on',
      timeZone: 'Asia/Tokyo',
    });
    writeCompiledConfiguration(configuration, path);
    expect(loadConfiguration(path)).toEqual({
      chat: true,
      alerts: configuration.alerts,
      tags: configuration.tags,
      timeZone: 'Asia/Tokyo',
    });
  });

  it('that is wrong stops the function, naming what is wrong', () => {
    const path = join(folder, 'wrong.json');
    writeFileSync(path, '{"timeZone":"UTC"}');
    expect(() => loadConfiguration(path)).toThrow(/chat: Invalid input: expected boolean/);
  });
});
