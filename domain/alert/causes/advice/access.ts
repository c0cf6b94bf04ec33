/** Causes on the way to something else: permissions, keys, images, networks and services of others. */
import type { Advice, AdviceKey } from './form.ts';

export const ACCESS = {
  's3-permission': {
    cause: 'S3 denied access to an object or a bucket.',
    nextStep:
      'Give the execution role the S3 action that the reason names (s3:GetObject and s3:ListBucket to read, ' +
      's3:PutObject to write). Check the bucket policy, and the KMS key if the bucket has one.',
    retry: 'after-change',
  },
  's3-permission/upload': {
    cause: 'The job has no permission to write its output.',
    nextStep:
      'Give the execution role s3:PutObject on the output path. ' +
      'If the bucket has a KMS key, let the role use that key.',
    retry: 'after-change',
  },
  'execution-role': {
    cause: 'A role or a user lacks a permission.',
    nextStep:
      'Allow the action on the resource, for the role or the user that the reason names. ' +
      'Check permissions boundaries and policies of the organization too.',
    retry: 'after-change',
  },
  'execution-role/not-assumed': {
    cause: 'SageMaker could not assume the execution role.',
    nextStep:
      'Check that the role ARN is right and in this account. ' +
      'The trust policy of the role must name sagemaker.amazonaws.com.',
    retry: 'after-change',
  },
  'execution-role/credentials': {
    cause: 'The code has no AWS credentials that are valid.',
    nextStep: 'Use the credentials of the execution role. Long jobs need credentials that are renewed while they run.',
    retry: 'after-change',
  },
  kms: {
    cause: 'A KMS key could not be used.',
    nextStep:
      'Check that the key is enabled and in this region. Allow the role kms:Decrypt and kms:GenerateDataKey on it, ' +
      'in the policy of the role and in the policy of the key.',
    retry: 'after-change',
  },
  'image-pull': {
    cause: 'The container image could not be pulled.',
    nextStep:
      'Check the image URI, tag, region and registry account, the ECR permissions of the role, ' +
      'and the repository policy.',
    retry: 'after-change',
  },
  'image-pull/too-large': {
    cause: 'The container image is larger than SageMaker allows here.',
    nextStep: 'Make the image smaller, or use an endpoint that is not serverless.',
    retry: 'after-change',
  },
  'network-or-vpc': {
    cause: 'The network did not let a connection through.',
    nextStep:
      'If it runs in a VPC, check the route to the address (NAT or VPC endpoint), DNS, security groups and network ' +
      'ACLs. With network isolation, nothing can be downloaded.',
    retry: 'after-change',
  },
  'network-or-vpc/vpc-s3': {
    cause: 'The job cannot reach S3 from its subnets.',
    nextStep:
      'Add an S3 gateway endpoint or a NAT to the route table. ' +
      'Check that security groups and network ACLs allow outbound traffic.',
    retry: 'after-change',
  },
  'network-or-vpc/zones': {
    cause: 'The subnets do not cover the availability zones that it needs.',
    nextStep: 'Choose subnets in availability zones that offer the instance type: two for an endpoint.',
    retry: 'after-change',
  },
  'network-or-vpc/efa': {
    cause: 'The health check of the network between nodes (EFA) failed, most likely because of a security group.',
    nextStep:
      'Let every security group of the cluster allow all traffic from and to itself, in and out. ' +
      'Put nodes with EFA into one subnet.',
    retry: 'after-change',
  },
  'network-or-vpc/subnet-full': {
    cause: 'A subnet has no free IP addresses.',
    nextStep: 'Use a larger subnet or more subnets, or delete network interfaces that nothing uses.',
    retry: 'after-change',
  },
  'external-service': {
    cause: 'A service outside SageMaker did not answer, or answered with an error.',
    nextStep: 'Check that the service works. Then retry.',
    retry: 'once',
  },
  'external-service/refused': {
    cause: 'A service outside SageMaker refused the code in the container.',
    nextStep: 'Check the name, the token or password, and the rights of its account with that service.',
    retry: 'after-change',
  },
} as const satisfies Partial<Record<AdviceKey, Advice>>;
