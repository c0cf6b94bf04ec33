/** The report of a deployed stage: made again with its secret, listed, or opened. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { MANY_CALLS } from '../../adapters/logs/worker-activity.ts';
import { teamReportsIn } from '../../adapters/s3/team-reports.ts';
import { pseudonymSecret } from '../../adapters/secrets-manager/pseudonym-secret.ts';
import type { Period } from '../../domain/teams/period.ts';
import { keyOf } from '../../domain/teams/render/files.ts';
import { type LookUpNames, type MadeReport, makeReport } from '../../handlers/teams/collect.ts';
import { Refused } from '../shared/cli.ts';
import { findPlace } from '../shared/place.ts';

/** Seconds. */
const HOUR = 3600;

/** What a person does with the reports of a stage, with the person's own credentials. */
export interface StageReports {
  /** Makes the report on `period` from the log and from the S3 prefixes `outputs`, with the secret of the stage. */
  readonly make: (
    period: Period,
    outputs: readonly string[],
    lookUpNames: LookUpNames | undefined,
  ) => Promise<MadeReport>;
  /** The names of the stored reports, the newest first. */
  readonly list: () => Promise<string[]>;
  /**
   * A link to the page of a stored report. Whoever has the link can read the page for an hour, or until the session of
   * the credentials ends. It leaves no copy behind, and works on another machine than this one. Refuses a report that is
   * not there.
   */
  readonly link: (report: string) => Promise<string>;
}

/** The reports of `stage`, whose function knows the bucket and the secret. Refuses a stage without that function. */
export async function reportsOf(stage: string, region: string | undefined): Promise<StageReports> {
  const place = await findPlace('workers', { stage, region });
  const { bucket, secretArn } = await settingsOf(stage, place);
  const s3 = new S3Client(place);
  const reports = teamReportsIn(bucket, s3);
  return {
    make: async (period, outputs, lookUpNames) =>
      makeReport(period, {
        logs: new CloudWatchLogsClient({ ...MANY_CALLS, ...place }),
        s3,
        outputs,
        lookUpNames,
        secret: await secretIn(new SecretsManagerClient(place), secretArn),
        now: Date.now(),
      }),
    list: async () => allowed(`list s3://${bucket}: ask for s3:ListBucket on the bucket`, reports.list()),
    link: async (report) => {
      const isThere = await allowed(
        `read s3://${bucket}/${keyOf(report, 'report.html')}: ask for s3:GetObject on it, and s3:ListBucket on the bucket`,
        reports.has(report),
      );
      if (!isThere)
        throw new Refused(
          `there is no report ${report} in s3://${bucket}: --list shows which there are; older ones are deleted after ` +
            'teams.keepDays',
        );
      const page = new GetObjectCommand({ Bucket: bucket, Key: keyOf(report, 'report.html') });
      return getSignedUrl(s3, page, { expiresIn: HOUR });
    },
  };
}

/** Waits for an answer of S3. Refuses when S3 does, which gives no reason for a request without a body. `what` is missing. */
async function allowed<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 403) throw error;
    throw new Refused(`you may not ${what}`, { cause: error });
  }
}

/** The secret of the stage. Refuses when Secrets Manager does. */
async function secretIn(client: SecretsManagerClient, arn: string): Promise<string> {
  try {
    return await pseudonymSecret(client, arn);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AccessDeniedException') throw error;
    throw new Refused(`you may not read the secret ${arn}: ask for secretsmanager:GetSecretValue on it`, {
      cause: error,
    });
  }
}

async function settingsOf(stage: string, place: { readonly region: string }) {
  const FunctionName = `ground-control-${stage}-teamReport`;
  try {
    const { Environment } = await new LambdaClient(place).send(new GetFunctionConfigurationCommand({ FunctionName }));
    const { TEAM_REPORTS_BUCKET: bucket, TEAM_SECRET_ARN: secretArn } = Environment?.Variables ?? {};
    if (bucket === undefined || secretArn === undefined)
      throw new Refused(`the function ${FunctionName} does not know its bucket and its secret: deploy the stage again`);
    return { bucket, secretArn };
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new Refused(
      `there is no function ${FunctionName} in ${place.region}: is stage "${stage}" deployed there, with ` +
        'teams.report: weekly or monthly in its ground-control.yml, or in another --region?',
      { cause: error },
    );
  }
}
