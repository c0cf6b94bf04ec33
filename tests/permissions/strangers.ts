/** Requests that must be refused because they differ in one thing from one that is allowed. */
import type { IamRequest } from './iam-requests.ts';
import { ACCOUNT } from './stack.ts';

const OTHER_ACCOUNT = '999999999999';

/** Values of condition keys that nothing of the stack has. */
const OTHER_VALUES: Readonly<Record<string, string>> = {
  'iam:PassedToService': 'ec2.amazonaws.com',
  's3:prefix': 'someone-else/',
  'events:source': 'someone-else',
};

/**
 * `request` for somebody else's resource, or under another condition: each must be refused. `isOwn`: the resource is of
 * the stack, or its key is for one queue or stream that the configuration names.
 */
export function strangersOf(request: IamRequest, isOwn: boolean): readonly IamRequest[] {
  const { action, resource, context } = request;
  const on = (other: string) => (other === resource ? [] : [{ ...request, resource: other }]);
  const under = (more: IamRequest['context']) => [{ ...request, context: { ...context, ...more } }];
  const source = context['aws:SourceArn'];
  return [
    ...(action === 'sts:AssumeRole' || resource === '*' ? [] : on(elsewhere(resource))),
    // A service that acts for another account. Lambda gives no source when it takes on a function's role.
    ...(typeof source === 'string' && action !== BY_ANY_RULE
      ? under({ 'aws:SourceArn': source.replaceAll(ACCOUNT, OTHER_ACCOUNT), 'aws:SourceAccount': OTHER_ACCOUNT })
      : []),
    ...Object.entries(OTHER_VALUES).flatMap(([key, value]) =>
      context[key] === undefined || !CONDITIONED.has(action) ? [] : under({ [key]: value }),
    ),
    ...(action === 'kms:Decrypt' && !isOwn && context['aws:SourceArn'] === undefined
      ? under({ 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' })
      : []),
  ];
}

/** EventBridge user guide, "Amazon CloudWatch Logs permissions": no condition can be on this one. */
const BY_ANY_RULE = 'logs:CreateLogStream';

/** Actions whose conditions are ours: events of relays may have any source. */
const CONDITIONED = new Set(['iam:PassRole', 's3:ListBucket']);

/** The ARN of a resource that is not ours. */
function elsewhere(resource: string): string {
  if (resource.startsWith('arn:aws:s3:::'))
    return resource.includes('/')
      ? 'arn:aws:s3:::someone-elses-bucket/private.txt'
      : 'arn:aws:s3:::someone-elses-bucket';
  if (/^arn:aws:logs:/.test(resource)) return resource.replace(/log-group:[^:]+/, 'log-group:/aws/someone/else');
  return resource.replace(`:${ACCOUNT}:`, `:${OTHER_ACCOUNT}:`).replace('111122223333', OTHER_ACCOUNT);
}
