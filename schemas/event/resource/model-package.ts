/**
 * `SageMaker Model Package State Change`. SageMaker sends it for changes of status, approval and metadata. In newer
 * events, `UpdatedModelPackageFields` says which.
 */
import * as z from 'zod/mini';
import type { Reading } from '../state-change.ts';
import * as v from '../values.ts';
import { validationFailures } from './validation.ts';

export const modelPackage = v.mapped(
  z.object({
    ModelPackageName: v.name,
    ModelPackageGroupName: v.name,
    ModelPackageVersion: v.amount,
    ModelPackageArn: v.arn,
    ModelPackageStatus: v.status,
    ModelApprovalStatus: v.status,
    ApprovalDescription: v.text,
    ModelPackageStatusDetails: validationFailures,
    UpdatedModelPackageFields: v.list(z.string()),
    CreationTime: v.instant,
    Tags: v.tags,
  }),

  (model): Reading => ({
    type: 'model-package',
    name: model.ModelPackageName ?? versionedName(model.ModelPackageGroupName, model.ModelPackageVersion),
    arn: model.ModelPackageArn,
    status: model.ModelPackageStatus ?? model.ModelApprovalStatus,
    // Approval is the secondary status: approving a package is a change, although its status stays `Completed`.
    secondaryStatus: model.ModelPackageStatus === undefined ? undefined : model.ModelApprovalStatus,
    reason: model.ModelPackageStatusDetails,
    tags: model.Tags,
    createdAt: model.CreationTime,
    // Nobody approves a model package that failed.
    qualifier: model.ModelPackageStatus === 'Completed' ? approvalWord(model.ModelApprovalStatus) : undefined,
    details: {
      Approval: model.ModelPackageStatus === 'Failed' ? undefined : approval(model.ModelApprovalStatus),
      'Approval note': model.ApprovalDescription,
      Changed: model.UpdatedModelPackageFields.map((field) => v.text.parse(field)).join(', ') || undefined,
    },
    quotes: ['Approval note'],
  }),
);

function versionedName(group: string | undefined, version: number | undefined): string | undefined {
  return group === undefined || version === undefined ? group : `${group}/${version}`;
}

/** The approval in the words of the headline, which shows it after the status. */
function approvalWord(status: string | undefined): string | undefined {
  if (status === undefined) return undefined;
  return status === 'PendingManualApproval' ? 'approval pending' : status.toLowerCase();
}

function approval(status: string | undefined): string | undefined {
  return status === 'PendingManualApproval' ? 'pending: someone has to approve or reject it' : status;
}
