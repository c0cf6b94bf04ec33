/**
 * Permissions as data. Each adapter declares the permissions of its calls beside its code. `handlers/grants.ts` says
 * which function gets which grants, and packaging writes the IAM roles from them.
 */

/**
 * The resource of an IAM statement as a CloudFormation value. `*` is for actions that IAM cannot limit to a resource.
 */
export type Target =
  | '*'
  | Arn
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly [resource: string, attribute: string] }
  | { readonly 'Fn::Sub': string };

/** A statement of an IAM policy that allows `actions` on the resources `on`. */
export interface Statement {
  readonly actions: readonly string[];
  readonly on: readonly [Target, ...Target[]];
  /** IAM conditions by operator and key: `{ StringEquals: { 'iam:PassedToService': … } }`. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | { readonly 'Fn::Sub': string }>>>>;
}

/** An IAM policy of a function's role. `name` is unique within the role. */
export interface Grant {
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** An ARN as `ground-control.yml` has it. */
type Arn = `arn:${string}`;
const isArn = (text: string): text is Arn => text.startsWith('arn:');

/** The resources that these ARNs of `ground-control.yml` name; absent without any. */
export function targetsOf(arns: readonly string[]): Statement['on'] | undefined {
  const [first, ...others] = arns.filter(isArn);
  return first === undefined ? undefined : [first, ...others];
}
