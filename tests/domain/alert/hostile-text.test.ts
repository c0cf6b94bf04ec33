import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_SMS } from '../../../domain/alert/render/sms.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { AlertMessage } from '../../../schemas/message/alert.ts';
import { trainingEvent } from '../../support/events.ts';
import { noticeOfEvent } from '../../support/notices.ts';

const configuration = Configuration.parse({ chat: 'on', timeZone: 'Europe/Berlin' });

/** Text as hostile as it comes: any code point, escapes, overrides, markup, very long. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(
    '\u001b[2J\u202e\u2066\u0007\r\n',
    '😀'.repeat(200),
    'x'.repeat(5000),
    '[]{}~^|\\`'.repeat(40),
    ' ',
    '…'.repeat(99),
  ),
);

describe('the limits of every form', () => {
  it('hold whatever names, statuses, reasons and tags contain', () => {
    fc.assert(
      fc.property(
        fc.record({
          name: hostile,
          status: hostile,
          reason: hostile,
          team: hostile,
          owner: hostile,
          secondary: hostile,
          arn: hostile,
          type: hostile,
        }),
        fc.constantFrom('Failed', 'Stopped', 'Completed', undefined),
        ({ name, status, reason, team, owner, secondary, arn, type }, known) => {
          const notice = noticeOfEvent(
            trainingEvent({
              TrainingJobName: name,
              TrainingJobArn: arn,
              TrainingJobStatus: known ?? status,
              SecondaryStatus: secondary,
              FailureReason: reason,
              ResourceConfig: { InstanceType: type, InstanceCount: 3 },
              Tags: { team, owner },
            }),
            configuration,
          );
          expect(notice.subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
          expect(notice.sms.length).toBeLessThanOrEqual(LONGEST_SMS);
          expect(notice.sms).toMatch(/^[A-Za-z0-9 @$_!"#%&'()*+,./:;<=>?-]+$/);
          expect(notice.email.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
          for (const value of Object.values(notice.attributes)) {
            expect(value).toMatch(/^[^\ud800-\udfff\p{Cc}\p{Cf}]{1,256}$/u);
            expect(value.trim()).not.toBe('');
          }
          expect(AlertMessage.safeParse(notice.message).error?.issues ?? []).toEqual([]);
          expect(JSON.stringify([notice.message, notice.chat])).not.toMatch(
            /[\p{Cf}\u0080-\u009f]|\\u00|\\r|\\ud[89a-f]/u,
          );
          expect(Buffer.byteLength(JSON.stringify(notice)) * 2).toBeLessThan(262_144);
        },
      ),
      { numRuns: 400 },
    );
  });
});
