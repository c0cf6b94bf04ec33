/** Denied access: the action that AWS names tells what is missing. */
import type { Key } from '../advice/advice.ts';

/** `User: … is not authorized to perform: kms:Decrypt on resource: …`, the wording of IAM. */
const DENIED = /not authorized to perform:? ?["'[]?([a-z0-9-]{1,40}):([A-Za-z*]{1,60})/;

const BY_SERVICE: Readonly<Record<string, Key>> = {
  s3: 's3-permission',
  kms: 'kms',
  ecr: 'image-pull',
};

/** What a denied action means; absent if `text` names none. */
export function deniedIn(text: string): Key | undefined {
  const [, service, action] = DENIED.exec(text) ?? [];
  if (service === undefined) return undefined;
  if (service === 'sts' && action === 'AssumeRole') return 'execution-role/not-assumed';
  return Object.hasOwn(BY_SERVICE, service) ? BY_SERVICE[service] : 'execution-role';
}
