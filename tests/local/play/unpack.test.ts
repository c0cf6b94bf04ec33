import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unpack } from '../../../local/play/unpack.ts';
import { trainingEvent } from '../../support/events.ts';

const event = trainingEvent();
const packed = { reason: 'large', eventGzip: gzipSync(JSON.stringify(event)).toString('base64') };

describe('an event', () => {
  it.each([
    ['itself', event],
    ['a list', [event]],
    ['the answer of aws sqs receive-message', { Messages: [{ Body: JSON.stringify(event) }] }],
    ['a record of a failed invocation', { requestContext: {}, requestPayload: event }],
    ['a quarantine record', { reason: 'unreadable', event }],
    ['a compressed quarantine record', packed],
    ['a compressed record in a message', { Messages: [{ Body: JSON.stringify(packed) }] }],
  ])('is found in %s', (_, value) => {
    expect(unpack(value)).toEqual([event]);
  });

  it.each(['AAAA', '', 'not base64', packed.eventGzip.slice(0, 40)])(
    'is shown as it is when its compressed form is damaged: %j',
    (eventGzip) => {
      const damaged = { reason: 'large', eventGzip };
      expect(unpack(damaged)).toEqual([damaged]);
    },
  );
});
