/** Which roles Ground Control may pass to the labeling jobs that it creates. */
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { LabelingPolicy } from '../../schemas/configuration/labeling.ts';

/**
 * Whether `labeling.roles` lists the role of `job`. A job that continues it needs the same role. IAM compares ARNs with
 * their upper and lower case.
 */
export const isRoleListed = ({ RoleArn }: LabelingDescription, { roles }: LabelingPolicy): boolean =>
  roles.includes(RoleArn);
