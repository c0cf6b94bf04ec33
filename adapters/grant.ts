/**
 * Permissions as data: what an adapter's calls need, beside the code that makes them. `handlers/grants.ts` says which
 * function gets which; packaging writes the roles from that.
 */

/** A resource of an IAM statement, in CloudFormation's words. `Fn::Sub` is an ARN; `*` is for actions that know no resource. */
export type Target =
  | '*'
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly [resource: string, attribute: string] }
  | { readonly 'Fn::Sub': string };

export interface Statement {
  readonly actions: readonly string[];
  readonly on: readonly [Target, ...Target[]];
  /** IAM's operators, keys and values: `{ StringEquals: { 'iam:PassedToService': … } }`. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | { readonly 'Fn::Sub': string }>>>>;
}

/** A policy of a role. */
export interface Grant {
  readonly name: string;
  readonly statements: readonly Statement[];
}
