/** The bucket with the reports on labeling teams. */
import {
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { keyOf, REPORT_NAME, REPORTS_FOLDER, type ReportFile } from '../../domain/teams/render/files.ts';
import type { Grant } from '../grant.ts';

/** Writes reports, and reads none. */
export const WRITE_TEAM_REPORTS: Grant = {
  name: 'team-reports',
  statements: [{ actions: ['s3:PutObject'], on: [{ 'Fn::Sub': `\${TeamReports.Arn}/${REPORTS_FOLDER}*` }] }],
};

/** The reports in `bucket`. Every function throws the errors of S3. */
export const teamReportsIn = (bucket: string, client: S3Client) => ({
  /**
   * Stores a file of the report called `report`, unless it is there: the log may have expired since, and a report of
   * nothing would replace a good one. S3 answers 412 then, and 409 while another call writes the same object (user guide,
   * "Conditional writes"): that is thrown, and a retry finds the object.
   */
  add: async (report: string, { name, type, text }: ReportFile): Promise<void> => {
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: keyOf(report, name),
          Body: text,
          ContentLength: Buffer.byteLength(text),
          ContentType: type,
          IfNoneMatch: '*',
        }),
      );
    } catch (error) {
      if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 412) throw error;
    }
  },

  /** The names of all reports, the newest first. */
  list: async (): Promise<string[]> => {
    const names: string[] = [];
    const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: REPORTS_FOLDER, Delimiter: '/' });
    for await (const { CommonPrefixes = [] } of pages)
      names.push(...CommonPrefixes.flatMap(({ Prefix }) => Prefix?.slice(REPORTS_FOLDER.length, -1) ?? []));
    return names.filter((name) => REPORT_NAME.test(name)).sort((one, other) => (one < other ? 1 : -1));
  },

  /** Whether the page of the report called `report` is there. */
  has: async (report: string): Promise<boolean> => {
    try {
      await client.send(new HeadObjectCommand({ Bucket: bucket, Key: keyOf(report, 'report.html') }));
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'NotFound') return false;
      throw error;
    }
  },
});
