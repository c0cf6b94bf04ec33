import { GetRolePolicyCommand, ListRolePoliciesCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { PREFIX } from './deployment.ts';
import { iam, lambda } from './stage.ts';

const SAGEMAKER = 'arn:aws:sagemaker:us-east-1:000000000000';
const JOB = `${SAGEMAKER}:labeling-job/identify-species-chain-1`;
const BUCKET = 'arn:aws:s3:::amzn-s3-demo-bucket';

async function roleOf(name: string): Promise<string> {
  const { Role = '' } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: `${PREFIX}${name}` }));
  return Role;
}

/** What IAM answers when `role` wants to do `actions` to `resource`. */
async function decisions(role: string, resource: string, ...actions: string[]) {
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({ PolicySourceArn: role, ActionNames: actions, ResourceArns: [resource] }),
  );
  return EvaluationResults.map(({ EvalDecision }) => EvalDecision);
}

describe('the role of the labeling function', () => {
  it('has the inline policy that only the mode "enforce" adds', async () => {
    const RoleName = (await roleOf('labeling')).split('/').at(-1);
    const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    expect(PolicyNames).toContain('create-labeling-jobs');
  });

  it('may create labeling jobs, and may not stop them', async () => {
    const role = await roleOf('labeling');
    expect(await decisions(role, JOB, 'sagemaker:CreateLabelingJob', 'sagemaker:AddTags')).toEqual([
      'allowed',
      'allowed',
    ]);
    expect(await decisions(role, JOB, 'sagemaker:StopLabelingJob')).toEqual(['implicitDeny']);
  });

  it('may pass the listed role to SageMaker, and no other role', async () => {
    const role = await roleOf('labeling');
    const listed = 'arn:aws:iam::111122223333:role/service-role/AmazonSageMaker-ExecutionRole-20210122T130644';
    expect(await decisions(role, `${listed}-2`, 'iam:PassRole')).toEqual(['implicitDeny']);
    const RoleName = role.split('/').at(-1);
    const { PolicyDocument = '' } = await iam.send(
      new GetRolePolicyCommand({ RoleName, PolicyName: 'create-labeling-jobs' }),
    );
    expect(decodeURIComponent(PolicyDocument)).toContain(listed);
  });

  it('may read the output of a labeling job, and nothing else in a bucket', async () => {
    const role = await roleOf('labeling');
    const output = `${BUCKET}/output/identify-species/manifests/output/output.manifest`;
    expect(await decisions(role, output, 's3:GetObject')).toEqual(['allowed']);
    expect(await decisions(role, `${BUCKET}/images/0001.jpg`, 's3:GetObject')).toEqual(['implicitDeny']);
  });
});

describe('a permission', () => {
  it.each([
    ['sagemaker:StopTrainingJob', 'budget', `${SAGEMAKER}:training-job/churn`],
    ['sagemaker:CreateLabelingJob', 'labeling', JOB],
  ])('for %s is given to the function %s alone', async (action, name, resource) => {
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand());
    const allowed: (string | undefined)[] = [];
    for (const { FunctionName, Role = '' } of Functions) {
      const [decision] = await decisions(Role, resource, action);
      if (decision === 'allowed') allowed.push(FunctionName);
    }
    expect(allowed).toEqual([`${PREFIX}${name}`]);
  });
});
