/** Wrong permissions that the check must report: the proof that it can fail. */
import type { IamEngine } from '../../tools/iam-engine.ts';
import { check, roleOf } from './check.ts';
import type { Packaged } from './packaged.ts';
import type { Recorded } from './recorded.ts';
import type { Permission } from './roles.ts';
import type { Plant } from './world.ts';

interface PlantedFault {
  readonly what: string;
  /** The function whose role has the fault. */
  readonly of: string;
  readonly plant: Plant;
  /** What a line of the report says. */
  readonly reported: RegExp;
}

const everywhere = 'arn:aws:sagemaker:us-east-1:000000000000:endpoint/*';
/** `permissions` of the function `name`, changed; those of other functions as they are. */
const changed =
  (name: string, change: (permissions: readonly Permission[]) => readonly Permission[]): Plant =>
  (permissions) =>
    permissions[0]?.role === roleOf(name) ? change(permissions) : permissions;

export const PLANTED: readonly PlantedFault[] = [
  {
    what: 'a permission that a function needs is missing',
    of: 'diagnosis',
    plant: changed('diagnosis', (all) => all.filter(({ action }) => action !== 'logs:GetLogEvents')),
    reported: /^DiagnosisRole: logs:GetLogEvents on .*: ImplicitlyDenied/,
  },
  {
    what: 'a permission that no function needs is there',
    of: 'diagnosis',
    plant: changed('diagnosis', (all) => [
      ...all,
      { role: 'DiagnosisRole', policy: 'planted', action: 'sagemaker:DeleteEndpoint', resource: everywhere },
    ]),
    reported: /^DiagnosisRole, policy planted: sagemaker:DeleteEndpoint .*: used by no recorded call/,
  },
  {
    what: 'a permission is for a resource that its action does not support',
    of: 'diagnosis',
    plant: changed('diagnosis', (all) =>
      all.map((one) => (one.action === 'sagemaker:DescribeTransformJob' ? { ...one, resource: everywhere } : one)),
    ),
    reported: /^DiagnosisRole, policy jobs: sagemaker:DescribeTransformJob .*: DescribeTransformJob supports only/,
  },
];

/** The faults that the check does not report, although they are planted. */
export async function unnoticed(
  engine: IamEngine,
  packages: readonly Packaged[],
  recordings: readonly Recorded[],
): Promise<readonly string[]> {
  const missed: string[] = [];
  for (const { what, of, plant, reported } of PLANTED) {
    const calls = recordings.map((one) => ({ ...one, calls: one.calls.filter(({ by }) => by === of) }));
    const { faults } = await check(engine, packages, calls, plant);
    if (!faults.some((fault) => reported.test(fault))) missed.push(what);
  }
  return missed;
}
