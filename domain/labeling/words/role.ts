/** The role of a labeling job, in words. */
import type { LabelingDescription } from '../../../schemas/api/labeling-job.ts';
import { plainText } from '../../../schemas/text/plain-text.ts';

/** Characters of the longest ARN of a role: a path may have 512, and a name 64 (IAM API reference, Role). */
const LONGEST_ARN = 620;

/** The ARN of the role, safe to print. */
export const roleOf = ({ RoleArn }: LabelingDescription): string => plainText(RoleArn, LONGEST_ARN);
