/**
 * `node tools/audit.ts`: `npm audit` of the production packages, where the registry answers it. Exit 77 with a line that
 * says why where none does, so that CI can go on; otherwise the exit code of `npm audit`: 0 without known faults.
 */
import { spawnSync } from 'node:child_process';
import * as z from 'zod';

/** What `npm audit --json` prints when a registry has answered. */
const Report = z.object({ auditReportVersion: z.number() });

/** What `text`, the output of `npm audit --json`, says: a report, or why there is none. */
export function answerIn(text: string): 'report' | { readonly none: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { none: 'npm printed no JSON' };
  }
  if (Report.safeParse(value).success) return 'report';
  const { data } = z.object({ message: z.string() }).safeParse(value);
  return {
    none: data?.message.split('\n')[0]?.replaceAll(/https?:\/\/\S+/g, 'the registry') ?? 'npm printed no report',
  };
}

if (process.argv[1] === import.meta.filename) {
  const { stdout, status } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
  const answer = answerIn(stdout);
  if (answer === 'report') {
    process.stdout.write(stdout);
    process.exitCode = status ?? 1;
  } else {
    process.stdout.write(`no registry answers npm audit: ${answer.none}\n`);
    process.exitCode = 77;
  }
}
