/** The services of the function `teamReport`. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CLIENT_SETTINGS } from '../../adapters/client-settings.ts';
import { required } from '../../adapters/environment.ts';
import { MANY_CALLS } from '../../adapters/logs/worker-activity.ts';
import { teamReportsIn } from '../../adapters/s3/team-reports.ts';
import { pseudonymSecret } from '../../adapters/secrets-manager/pseudonym-secret.ts';
import type { StoredAt } from '../../domain/teams/render/notice.ts';
import { onceOn } from '../once.ts';
import { buildFoundation, type Services, servicesOn } from '../services.ts';

export interface TeamReportServices {
  readonly services: Pick<Services, 'configuration' | 'execute' | 'logger'>;
  readonly logs: CloudWatchLogsClient;
  readonly s3: S3Client;
  readonly reports: Pick<ReturnType<typeof teamReportsIn>, 'add'>;
  /** The secret of pseudonyms as it is now: a warm process must not keep an old one. */
  readonly secret: () => Promise<string>;
  readonly at: StoredAt;
}

/** A page of the log may take seconds to search, and a large report to store. */
const PATIENT = { requestHandler: { ...CLIENT_SETTINGS.requestHandler, requestTimeout: 60_000 } } as const;

/** Builds the services; called once per cold start. */
export function buildTeamReportServices(): TeamReportServices {
  const foundation = buildFoundation();
  const secrets = new SecretsManagerClient(CLIENT_SETTINGS);
  const secretArn = required('TEAM_SECRET_ARN');
  const bucket = required('TEAM_REPORTS_BUCKET');
  const s3 = new S3Client({ ...CLIENT_SETTINGS, ...PATIENT });
  const [, partition = 'aws', , region = '', account = ''] = foundation.environment.ALERTS_TOPIC_ARN.split(':');
  return {
    services: servicesOn(foundation, { powers: { once: onceOn(foundation) } }),
    logs: new CloudWatchLogsClient({ ...MANY_CALLS, ...PATIENT }),
    s3,
    reports: teamReportsIn(bucket, s3),
    secret: () => pseudonymSecret(secrets, secretArn),
    at: { partition, region, account, stage: required('STAGE'), bucket },
  };
}
