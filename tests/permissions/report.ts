/** What `npm run test:permissions` prints. */
import type { Checked } from './check.ts';
import type { DeployerChecked } from './deployer.ts';
import { PLANTED } from './planted.ts';

const right = (value: number | string, width: number) => String(value).padStart(width);

/** A line for each role and service, then what is wrong. */
export function report(
  { figures, ofNoFunction, refused, faults: ofRoles }: Checked,
  missed: readonly string[],
  deployer: DeployerChecked,
): string {
  const faults = [...ofRoles, ...deployer.faults];
  const rows = [...figures].sort(([one], [other]) => one.localeCompare(other));
  const width = Math.max(...rows.map(([name]) => name.length));
  const total = rows.reduce((sum, [, { calls }]) => sum + calls, 0);
  return [
    `${''.padEnd(width)}${right('calls', 9)}${right('requests', 10)}${right('permissions', 13)}${right('used', 6)}`,
    ...rows.map(
      ([name, { calls, requests, permissions, used }]) =>
        `${name.padEnd(width)}${right(calls, 9)}${right(requests, 10)}${right(permissions, 13)}${right(used, 6)}`,
    ),
    `${total} calls of functions checked; ${ofNoFunction} calls outside handlers have no role`,
    `${refused} requests for what is not theirs, or under other conditions, had to be refused`,
    `the person who deploys: ${deployer.calls} calls of the framework, ${deployer.handlers} requests of CloudFormation`,
    `  by name alone, offline: ${deployer.notEvaluated.join(', ') || 'none'}`,
    ...faults.map((fault) => `FAULT ${fault}`),
    ...PLANTED.map(({ what }) => `${missed.includes(what) ? 'NOT NOTICED' : 'noticed'} when planted: ${what}`),
    `${faults.length + missed.length} faults`,
    '',
  ].join('\n');
}
