/** `npm run measure:causes -- FILE`: how many of the labeled reasons in a JSON Lines file are explained rightly. */
import { readFileSync } from 'node:fs';
import { judge, readLabeled } from './judged.ts';

const [file = 'tests/fixtures/reasons/published.jsonl'] = process.argv.slice(2);
const judged = readLabeled(readFileSync(file, 'utf8')).map(judge);
for (const { id, expected, got, detail, judgment, isRetryRight } of judged) {
  const cause = detail === undefined ? got : `${got}/${detail}`;
  process.stdout.write(
    `${judgment.padEnd(8)}${String(id).padEnd(6)}${expected.padEnd(28)}${cause}${isRetryRight ? '' : '  (retry differs)'}\n`,
  );
}

const share = (part: number, all: number) => `${part} of ${all} (${((100 * part) / Math.max(all, 1)).toFixed(1)} %)`;
const count = (judgment: string) => judged.filter((line) => line.judgment === judgment).length;
const tellable = judged.filter(({ expected }) => expected !== 'unknown').length;
process.stdout.write(
  `right ${share(count('right'), judged.length)}\n` +
    `wrong ${share(count('wrong'), judged.length)}\n` +
    `unknown, where a person could tell ${share(count('unknown'), tellable)}\n` +
    `retry as the label says ${share(judged.filter(({ isRetryRight }) => isRetryRight).length, judged.length)}\n`,
);
