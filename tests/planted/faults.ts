/**
 * Faults that are planted on purpose, one at a time, into a scratch copy. Each is a small mistake that somebody could
 * make, and each has to be noticed: by the stories of the fault harness, or by the offline tests that are named.
 */

export interface PlantedFault {
  /** What the product then does wrong. */
  readonly does: string;
  readonly file: string;
  /** The text to replace, which is in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** Who notices it: stories without faults of calls (`calm`), stories with all faults (`stormy`), or these tests. */
  readonly noticedBy: 'calm' | 'stormy' | `tests/${string}`;
}

export const PLANTED: readonly PlantedFault[] = [
  // ---- What people read.
  {
    does: 'announces every failed job as completed',
    file: 'domain/statuses.ts',
    from: "  Completed: 'completed',\n  Failed: 'failed',\n  Stopping: 'running',",
    to: "  Completed: 'completed',\n  Failed: 'completed',\n  Stopping: 'running',",
    noticedBy: 'calm',
  },
  {
    does: 'lowers the severity of failures',
    file: 'domain/change/outcome.ts',
    from: "  failed: 'error',",
    to: "  failed: 'warning',",
    noticedBy: 'calm',
  },
  {
    does: 'begins the SMS with another word than the mail',
    file: 'domain/alert/render/sms.ts',
    from: '    `${label}: `,\n',
    to: '    `${outcome}: `,\n',
    noticedBy: 'calm',
  },
  {
    does: 'leaves the end of the log out of alerts about failed jobs',
    file: 'handlers/diagnosis/diagnose.ts',
    from: 'if (job === undefined || means.readLogStreams === undefined) return',
    to: 'if (job === undefined || means.readLogStreams !== undefined) return',
    noticedBy: 'calm',
  },
  {
    does: 'shows lines of a log without hiding the secrets of the job',
    file: 'handlers/diagnosis/diagnose.ts',
    from: 'logEndOf(streams, secrets) ?? NO_LINES',
    to: 'logEndOf(streams, new Set()) ?? NO_LINES',
    noticedBy: 'tests/handlers/diagnosis/diagnosis.test.ts',
  },
  {
    does: 'shows the error of a host that failed because of another one',
    file: 'domain/diagnosis/earliest.ts',
    from: 'first === undefined || at < first.at',
    to: 'first === undefined || at > first.at',
    noticedBy: 'tests/domain/diagnosis/log-end.test.ts',
  },
  {
    does: 'holds back an alert while CloudWatch Logs does not answer',
    file: 'handlers/diagnosis/handler.ts',
    from: '  if (time.aborted) return late;\n  return Promise.race([',
    to: '  if (time.aborted) return late;\n  return Promise.all([work]).then(([done]) => done ?? late);\n  return Promise.race([',
    noticedBy: 'tests/handlers/diagnosis/diagnosis.test.ts',
  },
  {
    does: 'bills an hour as ten minutes more',
    file: 'domain/cost/meter.ts',
    from: 'const amount = amountOver(rate, charged) +',
    to: 'const amount = amountOver(rate, charged + 600) +',
    noticedBy: 'calm',
  },
  {
    does: 'tells about human loops that completed',
    file: 'schemas/vocabulary.ts',
    from: "  'human-review': ['failed', 'stopped', 'unknown'],",
    to: "  'human-review': ['completed', 'failed', 'stopped', 'unknown'],",
    noticedBy: 'calm',
  },
  {
    does: 'takes the end of a rolled-back endpoint for an old event',
    file: 'domain/change/order.ts',
    from: 'if (!lastWord && changedAt(change) !== 0 && changedAt(change) < since) {',
    to: 'if (!lastWord && changedAt(change) !== 0 && changedAt(change) < since + 5000) {',
    noticedBy: 'calm',
  },
  {
    does: 'takes the end of a failed update of an endpoint for good news',
    file: 'domain/change/deployment.ts',
    from: 'ifComplete(verdict, change.serving) : asFailed(verdict, failed, change.serving);',
    to: 'ifComplete(verdict, change.serving) : verdict;',
    noticedBy: 'tests/domain/change',
  },
  {
    does: 'names another job in the subject',
    file: 'domain/alert/render/subject.ts',
    from: 'asciiLine(displayName(change.resource.name), ',
    to: "asciiLine('job-of-somebody-else', ",
    noticedBy: 'calm',
  },
  {
    does: 'names another team in the mail',
    file: 'domain/alert/render/email.ts',
    from: "    ['Team', team],",
    to: "    ['Team', 'finance'],",
    noticedBy: 'calm',
  },
  {
    does: 'sends queues an empty object',
    file: 'adapters/sns/publish.ts',
    from: '    sqs: json,',
    to: "    sqs: '{}',",
    noticedBy: 'calm',
  },
  // ---- How often people read it.
  {
    does: 'sends three more after every refused Publish',
    file: 'adapters/sns/publish.ts',
    from: '  const client = new SNSClient(PUBLISH_SETTINGS);\n',
    to: `  const client = new SNSClient(PUBLISH_SETTINGS);
  const once = client.send.bind(client);
  client.send = (it) => once(it).catch(async () => (await once(it), await once(it), await once(it)));
`,
    noticedBy: 'stormy',
  },
  {
    does: 'does not check whether another function is sending the alert',
    file: 'domain/change/claim.ts',
    from: 'if (isHeld(last, now) && last.claimedBy !== id)',
    to: "if (isHeld(last, now) && last.claimedBy === '')",
    noticedBy: 'tests/domain/change/claim.test.ts',
  },
  {
    does: 'lets the client repeat a Publish whose answer was lost',
    file: 'adapters/client-settings.ts',
    from: '  ...CLIENT_SETTINGS,\n  maxAttempts: 1,\n',
    to: '  ...CLIENT_SETTINGS,\n',
    noticedBy: 'tests/handlers/owed.test.ts',
  },
  {
    does: 'counts no attempts to send an alert',
    file: 'domain/change/claim.ts',
    from: 'attempts: attempts + 1,',
    to: 'attempts,',
    noticedBy: 'tests/handlers/owed.test.ts',
  },
  {
    does: 'gives the attempt back when nobody knows whether SNS took the alert',
    file: 'handlers/owed.ts',
    from: '      if (wasRefused(error)) sent.delete(settles);',
    to: '      sent.delete(settles);',
    noticedBy: 'tests/handlers/owed.test.ts',
  },
  {
    does: 'runs an effect again although its record says that it is done',
    file: 'adapters/dynamodb/once.ts',
    from: '    return Effect.parse(await once(key));',
    to: '    void once;\n    return effect(key);',
    noticedBy: 'stormy',
  },
  // ---- What the table keeps.
  {
    does: 'lets late events of running jobs replace an end',
    file: 'domain/change/order.ts',
    from: '  if (before === undefined) return accept(report, generation);',
    to: '  if (before === undefined || isFinal(before.type)) return accept(report, generation, undefined, before);',
    noticedBy: 'stormy',
  },
  {
    does: 'forgets alerts that could not be sent',
    file: 'domain/decide.ts',
    from: '{ ...stored, untold: untold.size === 0 ? undefined : untold }',
    to: '{ ...stored, untold: owed.length === 0 ? undefined : untold }',
    noticedBy: 'tests/handlers/reconciliation',
  },
  {
    does: 'never marks a change as announced',
    file: 'handlers/owed.ts',
    from: "      await settleAs(resource, settles, 'announced', record);",
    to: "      if (result === '') await settleAs(resource, settles, 'announced', record);",
    noticedBy: 'calm',
  },
  {
    does: 'writes no audit record',
    file: 'adapters/dynamodb/resource-table.ts',
    from: '      const audit = record && { Update: writeOf(record, name, daysKept) };',
    to: "      const audit = record?.result === '' ? { Update: writeOf(record, name, daysKept) } : undefined;",
    noticedBy: 'calm',
  },
  {
    does: 'writes over what another function has written in between',
    file: 'adapters/dynamodb/resource-table.ts',
    from: '            ...ifFollows(now.revision),',
    to: '            ...(now.revision < 0 && ifFollows(now.revision)),',
    noticedBy: 'tests/handlers/event.test.ts',
  },
  // ---- Money, and what is stopped.
  {
    does: 'stops another job than the one over its budget',
    file: 'adapters/sagemaker/stop-job.ts',
    from: '      await send(client, type, nameOf(arn));',
    to: '      await send(client, type, nameOf(arn).replace(/\\d$/, (digit) => String((Number(digit) + 1) % 10)));',
    noticedBy: 'calm',
  },
  {
    does: 'stops protected jobs',
    file: 'domain/budget/check.ts',
    from: '  const why = limits.protected\n',
    to: '  const why = limits.protected && limits.isProtectionUnclear\n',
    noticedBy: 'calm',
  },
  {
    does: 'stops jobs in mode observe',
    file: 'domain/budget/check.ts',
    from: "    : mode === 'observe'\n",
    to: "    : mode === 'observe' && checked.heldSince !== undefined\n",
    noticedBy: 'calm',
  },
  {
    does: 'does not count its stops of the hour',
    file: 'adapters/dynamodb/stop-limit.ts',
    from: "          UpdateExpression: 'ADD stopped :keys SET expiresAt = :expires',",
    to: "          UpdateExpression: 'SET expiresAt = :expires',",
    noticedBy: 'tests/handlers/budget/caps.test.ts',
  },
  // ---- Months.
  {
    does: 'gives a month a hundred times its budget',
    file: 'handlers/budget/month/look.ts',
    from: 'standingOf(id, budget ?? 0, line, clock(), timeZone)',
    to: 'standingOf(id, 100 * (budget ?? 0), line, clock(), timeZone)',
    noticedBy: 'tests/handlers/look-at-month.test.ts',
  },
  {
    does: 'adds jobs to a month without adding to its line',
    file: 'adapters/dynamodb/months.ts',
    from: '  return [...jobs, ...sums];',
    to: '  return jobs;',
    noticedBy: 'calm',
  },
  {
    does: 'adds a job to its month twice when two checks collide',
    file: 'adapters/dynamodb/budget-jobs.ts',
    from: "revision === 0 ? 'attribute_not_exists(revision)' : 'revision = :before',",
    to: "`${revision === 0 ? 'attribute_not_exists(revision)' : 'revision = :before'} OR revision >= :one`,",
    noticedBy: 'tests/handlers/budget/months-of-jobs.test.ts',
  },
  {
    does: 'leaves a job in the month of the project that it was in before',
    file: 'domain/budget/month/shares.ts',
    from: '  return [...gone, ...others];',
    to: '  return others;',
    noticedBy: 'calm',
  },
  {
    does: 'stops the oldest job of a month first',
    file: 'handlers/budget/month/candidates.ts',
    from: '    const [newest] = await take(months.newestFirst(id), 1);\n',
    to: '    const newest = await months.oldest(id);\n',
    noticedBy: 'calm',
  },
  {
    does: 'stops jobs of a month although the rest lasts',
    file: 'domain/budget/month/month.ts',
    from: "? 'none' : 'short';",
    to: "? 'short' : 'short';",
    noticedBy: 'calm',
  },
  {
    does: 'stops jobs of a month only when nothing is left',
    file: 'domain/budget/month/month.ts',
    from: "? 'none' : 'short';",
    to: "? 'none' : 'none';",
    noticedBy: 'calm',
  },
  {
    does: 'never schedules a look at a month',
    file: 'handlers/budget/month/look.ts',
    from: '    await scheduleLook(id, at, means);\n',
    to: '',
    noticedBy: 'calm',
  },
  {
    does: 'takes the protected jobs of a month for others',
    file: 'domain/budget/month/shares.ts',
    from: "  return isProtected || isIdle ? 'protected' : 'running';",
    to: "  return isIdle ? 'protected' : 'running';",
    noticedBy: 'calm',
  },
  {
    does: 'never looks again at a month that was spent in mode observe',
    file: 'handlers/budget/month/look.ts',
    from: "'nothing is stopped in mode observe', next ?? again);",
    to: "'nothing is stopped in mode observe', next ?? (again && undefined));",
    noticedBy: 'tests/handlers/budget/months.test.ts',
  },
  {
    does: 'redrives a look at a month to another function',
    file: 'commands/redrive/functions.ts',
    from: ' || MonthLook.safeParse(message).success',
    to: '',
    noticedBy: 'tests/commands/redrive-functions.test.ts',
  },
  // ---- Labeling jobs.
  {
    does: 'makes the next labeling job from the first input, so that all is labeled again',
    file: 'domain/labeling/request.ts',
    from: '    InputConfig: { ...job.InputConfig, DataSource: { S3DataSource: { ManifestS3Uri: manifest } } },',
    to: '    InputConfig: job.InputConfig,',
    noticedBy: 'tests/domain/labeling/request.test.ts',
  },
  {
    does: 'creates labeling jobs against their tag',
    file: 'domain/labeling/opt-out.ts',
    from: "value.trim().toLowerCase() !== 'false',",
    to: "value.trim().toLowerCase() === 'yes',",
    noticedBy: 'calm',
  },
  {
    does: 'leaves the price of SageMaker out of the money guard of labeling jobs',
    file: 'domain/labeling/price.ts',
    from: 'exact(service.amount + pay.amount)',
    to: 'exact(pay.amount)',
    noticedBy: 'tests/domain/labeling/chain-by-output.test.ts',
  },
  {
    does: 'continues a labeling job whose reason names its configuration',
    file: 'domain/labeling/end.ts',
    from: "    if (faultIn(FailureReason) !== undefined) return 'misconfigured';\n",
    to: '',
    noticedBy: 'tests/domain/labeling/failure.test.ts',
  },
  {
    does: 'continues a labeling job whose objects SageMaker does not count',
    file: 'domain/labeling/chain.ts',
    from: "  if (missingCounters(job).length > 0) return no('no-counters');\n",
    to: '',
    noticedBy: 'tests/domain/labeling/chain-by-description.test.ts',
  },
  // ---- Repairs.
  {
    does: 'takes keys that DynamoDB left unread for unknown',
    file: 'adapters/dynamodb/reconciliation-table.ts',
    from: '    wanted = [...wanted.slice(MOST_KEYS), ...left];',
    to: '    wanted = wanted.slice(MOST_KEYS);',
    noticedBy: 'tests/handlers/reconciliation/faults.test.ts',
  },
  {
    does: 'never asks again for a budget check whose schedule got lost',
    file: 'handlers/reconciliation/handler.ts',
    from: "      await ('arn' in one ? queue.check({ job: one, delaySeconds: 0 }) : queue.look(one));\n",
    to: '',
    noticedBy: 'tests/handlers/budget/reconciliation.test.ts',
  },
  {
    does: 'notes that people were told about a month, although the function that was to tell them may have died',
    file: 'handlers/budget/month/news.ts',
    from: 'if (isTold) await months.told(id, name);',
    to: 'if (isTold || !isTold) await months.told(id, name);',
    noticedBy: 'tests/handlers/look-at-month.test.ts',
  },
  {
    does: 'forgets resources that could not be described',
    file: 'handlers/reconciliation/inspection.ts',
    from: 'if (!isKept && !this.isOverwhelmed) this.pending = [...this.pending, kept];',
    to: 'if (!isKept && this.isOverwhelmed) this.pending = [...this.pending, kept];',
    noticedBy: 'tests/handlers/reconciliation/faults.test.ts',
  },
  {
    does: 'deletes a failed event before its function has handled it',
    file: 'commands/redrive/put-back.ts',
    from: "    if (answer.kind === 'failed') {\n      say(`   failed again and kept: ${answer.by}: ${plainText(answer.why, 300)}`);\n      return 'failed';\n    }\n",
    to: '',
    noticedBy: 'tests/commands/redrive.test.ts',
  },
  {
    does: 'drops input that it cannot read',
    file: 'handlers/execute.ts',
    from: 'quarantine: async ({ input, reason }) => (await quarantine())(input, reason),',
    to: 'quarantine: async ({ input, reason }) => void (input === reason && (await quarantine())(input, reason)),',
    noticedBy: 'tests/handlers/event.test.ts',
  },
  // ---- What people answered.
  {
    does: 'counts a human loop again when its event comes again',
    file: 'adapters/dynamodb/reviews.ts',
    from: 'sk: withinKey(`loop#${loop.toLowerCase()}`)',
    to: 'sk: withinKey(`loop#${loop.toLowerCase()}#${Date.now()}`)',
    noticedBy: 'calm',
  },
  {
    does: 'loses an answer when two human loops end together',
    file: 'adapters/dynamodb/reviews.ts',
    from: "isFirst ? 'attribute_not_exists(pk)' : 'revision = :revision'",
    to: "isFirst ? 'attribute_not_exists(pk)' : 'revision >= :revision OR revision < :revision'",
    noticedBy: 'tests/handlers/review/review.test.ts',
  },
  {
    does: 'reads outputs of human loops that nobody allowed it to read',
    file: 'domain/review/loop.ts',
    from: 'isAllowed: outputUri.startsWith(output)',
    to: 'isAllowed: outputUri !== output',
    noticedBy: 'tests/handlers/review/review.test.ts',
  },
  {
    does: 'warns of one document with many fields',
    file: 'domain/review/level.ts',
    from: 'const once = Math.min(n, objects ?? 0);',
    to: 'const once = n;',
    noticedBy: 'tests/domain/review/level.test.ts',
  },
  {
    does: 'holds the alert back when a human loop cannot be counted',
    file: 'handlers/review/handler.ts',
    from: '    return { words: NOT_YET, fault };\n',
    to: '    throw fault;\n',
    noticedBy: 'tests/handlers/review/review.test.ts',
  },
  {
    does: 'stores what a worker wrote',
    file: 'domain/review/day-sums.ts',
    from: 'written !== undefined && this.#sums.has(written)',
    to: 'written !== undefined && !this.#sums.has(written)',
    noticedBy: 'tests/domain/review/worlds.test.ts',
  },
];
