/** ARNs of SageMaker's resources in grants. */
import type { Target } from '../grant.ts';

/**
 * Every resource whose ARN has this word for its type, in the account and region of the deployment: `training-job`,
 * `hyper-parameter-tuning-job` (service authorization reference, resource types of Amazon SageMaker).
 */
export const everyOf = (inArn: string): Target => ({
  'Fn::Sub': `arn:\${AWS::Partition}:sagemaker:\${AWS::Region}:\${AWS::AccountId}:${inArn}/*`,
});
