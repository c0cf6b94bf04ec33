/**
 * Permissions as data. Each adapter declares the permissions of its calls beside its code. `handlers/grants.ts` says
 * which function gets which grants, and packaging writes the IAM roles from them.
 */

/**
 * The resource of an IAM statement as a CloudFormation value. `*` is for actions that IAM cannot limit to a resource.
 */
export type Target =
  | '*'
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
