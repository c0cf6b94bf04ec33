/** The failure texts in `tests/fixtures/reasons`, and what explains them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cause } from '../../../../domain/alert/causes/cause.ts';
import { explainFailure } from '../../../../domain/alert/causes/explain.ts';
import { type Labeled, readLabeled } from '../../../causes/judged.ts';
import { ROOT } from '../../../support/events.ts';

interface Group<Text> {
  /** Where the wordings were published. */
  readonly source: string;
  readonly texts: readonly Text[];
}

const read = (file: string) => readFileSync(join(ROOT, 'tests/fixtures/reasons', file), 'utf8');
const grouped = <Text>(file: string): Group<Text>[] => JSON.parse(read(file));

/** Type of the resource, SageMaker's words, and the cause. */
export const SERVICE = grouped<[type: string, text: string, cause: string]>('service.json').flatMap(
  ({ texts }) => texts,
);

/** An error of the code in a container, and the cause. */
export const CODE = grouped<[text: string, cause: string]>('code.json').flatMap(({ texts }) => texts);

/** Reasons that people published, with the causes that they found. */
export const PUBLISHED: readonly Labeled[] = readLabeled(read('published.jsonl'));

/** More of them, from other sources, with the causes that their readers gave before any rule saw them. */
export const COLLECTED: readonly Labeled[] = readLabeled(read('collected.jsonl'));

/** Code and detail of a cause, `none` without one. */
export const nameOf = (cause: Cause | undefined): string =>
  cause === undefined ? 'none' : [cause.code, cause.detail].filter((part) => part !== undefined).join('/');

/** What explains `reason`, by name. */
export const explained = (reason: string, type = 'training-job', status: string | undefined = 'Failed'): string =>
  nameOf(explainFailure(reason, { type, status }));

/** The forms in which SageMaker passes on what the code in a container printed. */
export const FORMS: readonly [string, (text: string) => string][] = [
  [
    'as the toolkits write it',
    (text) =>
      `AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "${text}"\nCommand "/opt/conda/bin/python3.10 train.py --epochs 3", exit code: 1`,
  ],
  [
    'at the end of a traceback',
    (text) =>
      `AlgorithmError: framework error: \nTraceback (most recent call last):\n  File "/opt/ml/code/train.py", line 3, in <module>\n    main()\n${text}`,
  ],
  ['on one line', (text) => `AlgorithmError: ${text.replaceAll('\n', ' ')}, exit code: 1`],
  [
    'as an SDK reports it',
    (text) => `UnexpectedStatusException: Error for Training job a-1: Failed. Reason: AlgorithmError: ${text}`,
  ],
];
