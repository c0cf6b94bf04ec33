/** Denied access: the action that AWS names tells what is missing. */
import type { Key } from '../advice/advice.ts';

/** `User: … is not authorized to perform: kms:Decrypt on resource: …`, and other wordings of IAM and SageMaker. */
const DENIED = [
  /not (?:authorized|permitted|allowed) to perform:? ?["'[]?([a-z0-9-]{1,40}):([A-Za-z*]{1,60})/,
  /\bno [a-z]{1,20}-based policy allows the ([a-z0-9-]{1,40}):([A-Za-z*]{1,60}) action/,
  /\bdoes(?: not|n't) have (?:the )?["'[]?([a-z0-9-]{1,40}):([A-Z][A-Za-z]{1,60})["'\]]? permission/,
];

const BY_SERVICE: Readonly<Record<string, Key>> = {
  s3: 's3-permission',
  kms: 'kms',
  ecr: 'image-pull',
};

/** What a denied action means; absent if `text` names none. */
export function deniedIn(text: string): Key | undefined {
  const [, service, action] = DENIED.map((words) => words.exec(text)).find((match) => match !== null) ?? [];
  if (service === undefined) return undefined;
  if (service === 'sts' && action === 'AssumeRole') return 'execution-role/not-assumed';
  return Object.hasOwn(BY_SERVICE, service) ? BY_SERVICE[service] : 'execution-role';
}
