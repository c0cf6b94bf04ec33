import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../commands/review/arguments.ts';
import { collect } from '../../commands/review/collect.ts';
import { findFiles } from '../../commands/review/find-files.ts';
import { jsonLines } from '../../commands/review/records.ts';
import { reportOn } from '../../commands/review/report.ts';
import { showReport } from '../../commands/review/show.ts';
import { parseConfiguration } from '../../infrastructure/configuration-file.ts';
import { BARE } from '../support/bare-environment.ts';
import { ROOT } from '../support/events.ts';
import { type AnyOutput, custom, forms, moderation, REVIEW_FIXTURES, readOutput } from '../support/review.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const { folder, fileWith } = useTemporaryFolder();

/** Runs the command without any AWS configuration. */
function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['commands/review.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...BARE, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
  });
  return { status, stdout, stderr };
}

/** Writes each output where A2I would, and returns the folder of all. */
function outputs(name: string, all: readonly AnyOutput[]): string {
  for (const [at, output] of all.entries())
    fileWith(
      `${name}/flow/2026/10/01/10/00/00/loop-${at}/output.json`,
      JSON.stringify({ ...output, humanLoopName: `loop-${at}` }),
    );
  return join(folder, name);
}
/** Reads without a process of its own: the report, and what was warned of. */
async function read(paths: readonly string[], scope: Partial<Scope> = {}, yaml = 'subscribers: []') {
  const { review } = parseConfiguration(yaml);
  const { files, unreadable } = findFiles(paths);
  const warnings = [...unreadable];
  const everything = { flow: undefined, from: undefined, until: undefined, ...scope };
  const collected = await collect(files, review, everything, (line) => warnings.push(line));
  const report = reportOn(collected, review);
  return { report, warnings, text: showReport(report).join('\n'), lines: linesOf(jsonLines(report).join('\n')) };
}
const linesOf = (stdout: string): AnyOutput[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
const repeated = (count: number, output: AnyOutput): AnyOutput[] => Array.from({ length: count }, () => output);
const configured = (name: string, yaml: string) => ['--config', fileWith(`${name}.yml`, yaml)];

const LOW = [{ ConditionType: 'ModerationLabelConfidenceCheck', EvaluationResult: true }];
const WORLD = outputs('world', [
  ...repeated(40, moderation({ Suggestive: 95 }, [['Suggestive'], ['Suggestive'], ['Suggestive']])),
  ...repeated(10, moderation({ Suggestive: 91 }, [[], [], ['Suggestive']])),
  ...repeated(6, moderation({ Suggestive: 55, Violence: 52 }, [['Suggestive', 'Weapons']], LOW)),
]);

describe('review of folders of outputs', () => {
  it('prints lines of JSON for the flow and each label: in total, and for each reason why loops began', () => {
    const { status, stdout, stderr } = run('--json', WORLD);
    expect([status, stderr]).toEqual([0, '']);
    const lines = linesOf(stdout);
    expect(lines.map(({ kind, field, reason, n }) => [kind, field, reason, n])).toEqual([
      ['flow', null, null, 68],
      ['flow', null, 'sampling', 50],
      ['flow', null, 'low-confidence', 18],
      ['field', '(other labels)', null, 6],
      ['field', '(other labels)', 'low-confidence', 6],
      ['field', 'Suggestive', null, 56],
      ['field', 'Suggestive', 'sampling', 50],
      ['field', 'Suggestive', 'low-confidence', 6],
      ['field', 'Violence', null, 6],
      ['field', 'Violence', 'low-confidence', 6],
      ['summary', undefined, undefined, undefined],
    ]);
    expect(new Set(lines.map(({ version }) => version))).toEqual(new Set([1]));
    expect(lines[6]).toMatchObject({
      flow: 'flow-definition-name',
      agreement: 0.8,
      confirmed: 40,
      rejected: 10,
      added: 0,
      kept: null,
      agree: null,
      precision: 0.8,
      recall: 1,
      peopleUnits: 50,
      estimatesAccuracy: true,
      meaning: "a random sample: estimates the model's accuracy",
    });
    expect(lines[6].low).toBeCloseTo(0.6696, 3);
    expect(lines[6].high).toBeCloseTo(0.8876, 3);
    expect(lines[6].bands.at(-1)).toMatchObject({ from: 90, to: 100, n: 50, agreement: { share: 0.8 } });
    expect(lines[7]).toMatchObject({ estimatesAccuracy: false });
    expect(lines[1]).toMatchObject({ objects: 50 });
    expect(lines.at(-1)).toMatchObject({ objects: 56, compared: 56, unreadable: 0, notComparable: [] });
    expect(lines.at(-1).notes[0]).toContain("Only the lines of sampled loops estimate the model's accuracy");
  });

  it('prints at most 80 columns for people, and says what the numbers mean', () => {
    const { status, stdout } = run(
      WORLD,
      ...configured('level', 'review: { flows: { flow-definition-name: { level: 95 } } }'),
    );
    expect(status).toBe(0);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^ {4}sampled +50 +80 % +67-89 % +0\.43 +0\.83$/m);
    expect(stdout).toMatch(/46 confirmed, 10 rejected, 0 added\n +precision 0.80, recall 1.00, F1 0.89 \(sampled\)\n/);
    expect(stdout).toContain('BELOW LEVEL (sampled): at most 89 % agreement, and 95 % is expected.');
    expect(stdout).not.toContain('BELOW LEVEL (confidence condition)');
    expect(stdout).toContain("sampled: a random sample: estimates the model's accuracy.");
    expect(stdout).toContain("confidence condition: hard cases, chosen by confidence: not the model's\n    accuracy.");
  });

  it('says how much is undecided, for the flow and each field', async () => {
    const { text } = await read([outputs('ties', repeated(3, forms({ A: '1' }, [{ A: '1' }, { A: '2' }])))]);
    expect(text).toContain('  3 undecided (sampled): no majority, and so not part of n.');
  });

  it('prints CSV with a header', () => {
    const [header, first, ...rest] = run('--csv', WORLD).stdout.trimEnd().split('\n');
    expect(header).toContain('kind,flow,field,reason,objects,n,agreement,low,high');
    expect(first).toContain('flow,flow-definition-name,,,56,68,');
    expect(rest).toHaveLength(9);
  });

  it('writes a page', () => {
    const html = join(folder, 'out.html');
    const { status, stdout } = run('--html', html, WORLD);
    expect([status, stdout]).toEqual([0, `the page is in ${html}\n`]);
    expect(readFileSync(html, 'utf8')).toContain('<h2 id="flow-0">flow-definition-name</h2>');
    expect(run('--html', join(folder, 'no/out.html'), WORLD)).toMatchObject({ status: 2, stdout: '' });
  });

  it('takes one flow, and refuses one that does not occur', async () => {
    const jobs = fileWith('jobs/output.manifest', VERIFIED);
    const { lines } = await read([WORLD, jobs], { flow: 'verify-boxes' });
    expect(lines.map(({ flow }) => flow)).toEqual([...Array.from({ length: 4 }, () => 'verify-boxes'), undefined]);
    const { status, stderr } = run('--flow', 'nope\u001b[31m', WORLD);
    expect([status, stderr]).toEqual([
      2,
      'review: --flow nope: no flow or job has this name; found: flow-definition-name\n',
    ]);
  });

  it('counts the days from --from to --to, both included, in UTC', async () => {
    // The last of three answers is of 3 October, the only one of 1 October.
    expect(linesOf(run('--json', '--from', '2026-10-01', '--to', '2026-10-01', WORLD).stdout).at(-1)?.objects).toBe(6);
    const count = async (scope: Partial<Scope>) => (await read([WORLD], scope)).lines.at(-1)?.objects;
    expect(await count({ from: new Date('2026-10-02') })).toBe(50);
    expect(await count({ until: new Date('2026-10-01') })).toBe(0);
    const undated = fileWith('undated/output.json', JSON.stringify(forms({ A: '1' }, [{ A: '1' }])));
    const { text } = await read([undated], { from: new Date('2026-10-02') });
    expect(text).toContain('1 object is left out by --flow, --from or --to.\n1 of them has no date.');
  });

  it('counts a file once, and a loop once', async () => {
    const copy = fileWith('copy/output.json', JSON.stringify(custom('x', ['x'])));
    fileWith('copy/backup/output.json', JSON.stringify(custom('x', ['x'])));
    const { lines, text } = await read([copy, join(folder, 'copy'), join(folder, 'copy/../copy')], {}, POINTERS);
    expect(lines.at(-1)).toMatchObject({ objects: 1, compared: 1 });
    expect(text).toContain('1 object was found again in another file');
  });

  it('keeps flows of the same name in other accounts and regions apart, by their ARNs', async () => {
    const [here, there] = ['us-west-2:111122223333', 'eu-west-1:123456789012'].map(
      (place) => `arn:aws:sagemaker:${place}:flow-definition/flow-definition-name`,
    );
    const file = (name: string, flowDefinitionArn: string | undefined, answer: string) =>
      fileWith(`${name}/output.json`, JSON.stringify({ ...custom('x', [answer]), flowDefinitionArn }));
    const files = [file('here', here, 'x'), file('copy', here, 'x'), file('there', there, 'y')];
    const { lines } = await read(files, {}, POINTERS.replace('} } }', ', level: 90 } } }'));
    const flows = lines.filter(({ kind, reason }) => kind === 'flow' && reason === null);
    expect(flows.map(({ flow, n, agree, isBelowLevel }) => [flow, n, agree, isBelowLevel])).toEqual([
      [there, 1, 0, false],
      [here, 1, 1, false],
    ]);
    expect(lines.at(-1)).toMatchObject({ copies: 1, leftOut: 0, undated: 0 });
    const scoped = (await read(files, { flow: here }, POINTERS)).lines;
    expect(scoped[0]).toMatchObject({ flow: 'flow-definition-name', n: 1, agree: 1 });
    expect(scoped.at(-1)).toMatchObject({ copies: 1, leftOut: 1 });
  });

  it('counts the review of an object once, also if the manifest of the next job repeats it', async () => {
    const line = (at: number, more: object = {}) =>
      JSON.stringify({
        'source-ref': `s3://amzn-s3-demo-bucket/${at}.jpg`,
        ...labelOf('species', 'dog', 18, { type: 'groundtruth/image-classification', 'job-name': 'first' }),
        ...labelOf('checked', at < 8 ? 'good' : 'bad', 19, {
          ...{ type: 'groundtruth/label-verification', 'job-name': 'verify' },
        }),
        ...more,
      });
    const adjusted = labelOf('fixed', 'dog', 20, {
      ...{ type: 'groundtruth/image-classification', 'job-name': 'adjust', 'adjustment-status': 'unadjusted' },
    });
    const manifest = (job: string, more: object = {}) =>
      fileWith(`chain/${job}/output.manifest`, Array.from({ length: 10 }, (_, at) => line(at, more)).join('\n'));
    const files = [manifest('2', adjusted), manifest('1')];
    const { lines, text } = await read(files);
    const fields = lines.filter(({ kind, reason }) => kind === 'field' && reason === null);
    expect(fields.map(({ flow, field, n }) => [flow, field, n])).toEqual([
      ['adjust', 'dog', 10],
      ['verify', 'dog', 10],
    ]);
    expect(text).toContain('10 objects were found again in another file');
    // A manifest may name an object twice.
    const twice = fileWith('twice/output.manifest', `${line(1)}\n${line(1)}\n`);
    expect((await read([twice])).lines.at(-1)).toMatchObject({ objects: 2 });
  });
});

const labelOf = (attribute: string, className: string, day: number, more: object) => ({
  [attribute]: 0,
  [`${attribute}-metadata`]: { 'class-name': className, 'creation-date': `2026-10-${day}T22:18:13.527256`, ...more },
});
const POINTERS = 'review: { flows: { flow-definition-name: { prediction: /p, answer: /a } } }';
const VERIFIED = `${JSON.stringify({
  'source-ref': 's3://amzn-s3-demo-bucket/1.jpg',
  checked: '1',
  'checked-metadata': { 'class-name': 'good', type: 'groundtruth/label-verification', 'job-name': 'verify-boxes' },
})}\n`;

describe('what review cannot read or compare', () => {
  it.each([
    ['brackets', '['.repeat(20_000_000), 'is nested more than 100 levels deep'],
    ['a file of 21 MB', ' '.repeat(21 * 1024 * 1024), 'has 21.0 MB; an output of A2I has at most 20 MB'],
    ['an early end', JSON.stringify(readOutput('textract')).slice(0, 1000), 'is JSON that ends too early'],
    ['text', 'bob@example.com', 'is not JSON'],
    ['something else', '{"secret": "bob@example.com"}', 'is no output of A2I: it names no flow definition'],
    ['a number', '7', 'is no output of A2I: it names no flow definition'],
    ['bytes', Buffer.from([0xff, 0xfe, 0x7b]), 'is not UTF-8 text'],
  ])('is named with its reason, and without its content: %s', async (name, content, why) => {
    const file = fileWith(`unreadable/${name.replaceAll(' ', '-')}/output.json`, content);
    const { warnings, text, report } = await read([file]);
    expect([report.unreadable, ...warnings]).toEqual([1, `${file}: ${why}`]);
    expect(text).toContain('1 file or line cannot be read.');
    expect(text).not.toContain('bob@example.com');
  });

  it('is counted, the other files are still read, and the exit code is 1', () => {
    const lines = ['{"a": ', '[1]', '', '{"secret-metadata": 1}', ...Array.from({ length: 9 }, () => 'x')];
    const file = fileWith('mixed/output.manifest', `\ufeff${VERIFIED}${lines.join('\r\n')}\n${VERIFIED}`);
    const { status, stdout, stderr } = run('--json', file);
    expect(status).toBe(1);
    expect(linesOf(stdout)[0]).toMatchObject({ flow: 'verify-boxes', reason: null, n: 2, confirmed: 2, alpha: null });
    expect(stderr.split('\n')).toEqual([
      `review: ${file}:2: is JSON that ends too early`,
      `review: ${file}:3: is no line of a manifest: it names no object and no label`,
      `review: ${file}:5: is no line of a manifest: it names no object and no label`,
      `review: ${file}:6: is not JSON`,
      `review: ${file}:7: is not JSON`,
      `review: ${file}: 7 more lines cannot be read`,
      '',
    ]);
  });

  it('says how to make a custom task comparable', async () => {
    const file = join(REVIEW_FIXTURES, 'a2i-output.custom-classifier.json');
    const { warnings, text, report } = await read([file]);
    expect([report.unreadable, report.notComparable]).toEqual([0, 1]);
    expect(warnings).toEqual([expect.stringContaining('set review.flows.<flow>.prediction and answer')]);
    expect(text).toContain('0 objects are compared, 1 is not comparable.');
    const yaml = 'review: { flows: { flow-definition-name: { prediction: /initialValue, answer: /category/label } } }';
    const [flow, , field] = linesOf(run('--json', ...configured('custom', yaml), file).stdout);
    expect(flow).toMatchObject({ n: 1, agreement: 0, disagree: 1, confirmed: null });
    expect(field).toMatchObject({ kind: 'field', field: '/category/label', reason: null });
  });

  it('does not include intermediate manifests: they repeat the others', async () => {
    fileWith('job/manifests/intermediate/1/output.manifest', VERIFIED);
    fileWith('job/manifests/output/output.manifest', VERIFIED);
    expect((await read([join(folder, 'job')])).lines.at(-1)).toMatchObject({ objects: 1 });
  });

  it('is never shown with its reviewed content', async () => {
    const secret = 'Jane Doe';
    const all = [
      forms({ [secret]: secret }, [{ [secret]: 'Doe, Jane' }]),
      custom(secret, ['Jane D.', secret]),
      moderation({ A: 90 }, [['A', `${secret} <jane@example.com>`]]),
    ];
    const { text, lines, warnings } = await read([outputs('private', all)], {}, POINTERS);
    expect(text + JSON.stringify(lines) + warnings.join()).not.toMatch(/jane|doe/i);
    expect(lines.at(-1)).toMatchObject({ compared: 3 });
  });
});

describe('review refuses', () => {
  it.each([
    [['--from', '2026-02-30', 'x'], '--from "2026-02-30" is not a date like 2026-10-31'],
    [['--from', '2026-10-02', '--to', '2026-10-01', 'x'], '--from is after --to'],
    [['--html', 'x', '--csv', 'x'], 'give one of --json, --csv and --html'],
    [['--stage', 'p/d'], '--stage "p/d" is not a name of letters, digits and hyphens'],
    [['--region', 'us-east-1', 'x'], '--region goes with --stage'],
    [[], 'no file, folder or --stage given'],
  ])('%j', (args, why) => {
    const { status, stdout, stderr } = run(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(why);
  });

  it.each([
    ['/nope/\u001b[31m', '/nope/: no such file or folder'],
    [join(ROOT, 'README.md'), 'expected a .json, .manifest or .jsonl file'],
    [join(ROOT, 'docs'), 'holds no output.json, .manifest or .jsonl files'],
    ['/dev/null', 'is no file and no folder'],
  ])('the path %j', (path, why) => {
    expect(() => findFiles([path])).toThrow(why);
  });
});
