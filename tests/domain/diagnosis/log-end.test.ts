import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_LINE, type LogStream, logEndOf, MOST_LINES } from '../../../domain/diagnosis/log-end.ts';

const NONE: ReadonlySet<string> = new Set();
/** A stream whose lines are one second apart; the first one is `from` seconds old. */
const stream = (name: string, lines: readonly string[], from = 0): LogStream => ({
  name,
  events: lines.map((message, at) => ({ at: (from + at) * 1000, message })),
});
const endOf = (...streams: LogStream[]) => logEndOf(streams, NONE);

/** As Python, torchrun and the SageMaker training toolkit write them. */
const MISSING = [
  'Traceback (most recent call last):',
  '  File "train.py", line 3, in <module>',
  '    open("labels.csv")',
  "FileNotFoundError: [Errno 2] No such file or directory: 'labels.csv'",
];
const GONE = [
  'Traceback (most recent call last):',
  '  File "train.py", line 90, in <module>',
  '    dist.all_reduce(loss)',
  'torch.distributed.DistBackendError: NCCL error: remote process exited or there was a network error',
];
const ELASTIC = [
  'Traceback (most recent call last):',
  '  File "/opt/conda/bin/torchrun", line 8, in <module>',
  '    sys.exit(main())',
  'torch.distributed.elastic.multiprocessing.errors.ChildFailedError: ',
];
const TOOLKIT = [
  '2026-11-20 03:12:40,541 sagemaker-training-toolkit ERROR    Reporting training FAILURE',
  '2026-11-20 03:12:40,542 sagemaker-training-toolkit ERROR    ExecuteUserScriptError:',
  'ExitCode 1',
];

describe('the end of a log', () => {
  it('is the traceback, without what the toolkit writes after it', () => {
    expect(endOf(stream('a', ['epoch 1', 'epoch 2', ...MISSING, ...TOOLKIT]))).toMatchObject({
      stream: 'a',
      lines: MISSING,
    });
  });

  it('is the last traceback of a process: an earlier one was handled, as the process went on', () => {
    const handled = ['Traceback (most recent call last):', '  File "cache.py", line 1', 'KeyError: 1', 'no cache'];
    expect(endOf(stream('a', [...handled, ...MISSING]))?.lines).toEqual(MISSING);
  });

  it('is not the traceback of a launcher, which only says that its child failed', () => {
    expect(endOf(stream('a', [...MISSING, ...ELASTIC]))?.lines).toEqual(MISSING);
  });

  it('is the traceback of the host that failed first, not of those that lost it', () => {
    const hosts = [stream('algo-1', GONE, 60), stream('algo-2', MISSING, 40), stream('algo-3', GONE, 61)];
    expect(endOf(...hosts)).toMatchObject({ stream: 'algo-2', lines: MISSING });
  });

  it.each([
    ['MPI', (rank: number) => `[1,mpirank:${rank},algo-1]<stderr>:`],
    ['torchrun', (rank: number) => `[rank${rank}]: `],
  ])('is the traceback of the rank that failed first, where %s mixes the lines of ranks', (_, prefix) => {
    const mixed = MISSING.flatMap((line, at) => [
      prefix(1) + line,
      ...(at === 0 ? [] : [prefix(0) + (GONE[at - 1] ?? '')]),
    ]);
    expect(endOf(stream('a', [...mixed, prefix(0) + (GONE.at(-1) ?? '')]))?.lines).toEqual(MISSING);
  });

  it('leaves out lines that are no text', () => {
    const binary = [0x89, 0x50, 0x0d, 0x1a, 0, 1, 2, 0xfffd, 0xfffd, 0x41]
      .map((code) => String.fromCharCode(code))
      .join('');
    expect(
      endOf(stream('a', ['epoch 1', binary, `${binary}x`, 'epoch 2 done\u0000', 'no model written']))?.lines,
    ).toEqual(['epoch 1', 'epoch 2 done', 'no model written']);
    expect(endOf(stream('a', [binary]))).toBeUndefined();
  });

  it('has the lines of a message after its exception', () => {
    const cuda = [
      ...MISSING.slice(0, 3),
      'RuntimeError: CUDA error: device-side assert triggered',
      'CUDA kernel errors might be asynchronously reported at some other API call.',
      'For debugging consider passing CUDA_LAUNCH_BLOCKING=1',
    ];
    expect(endOf(stream('a', [...cuda, ...TOOLKIT]))?.lines).toEqual(cuda);
  });

  it('is a stack trace of Java, with the causes but without deep frames', () => {
    const frames = (name: string) =>
      Array.from({ length: 30 }, (_, at) => `\tat org.apache.spark.${name}.f${at}(F.scala:${at})`);
    const trace = [
      'Exception in thread "main" org.apache.spark.SparkException: Job aborted due to stage failure',
      ...frames('a'),
      'Caused by: java.io.FileNotFoundException: s3a://b/part-0',
      ...frames('b'),
    ];
    expect(endOf(stream('a', ['INFO started', ...trace]))?.lines).toEqual([
      'Exception in thread "main" org.apache.spark.SparkException: Job aborted due to stage failure',
      '  at org.apache.spark.a.f0(F.scala:0)',
      '  at org.apache.spark.a.f1(F.scala:1)',
      'Caused by: java.io.FileNotFoundException: s3a://b/part-0',
      '  at org.apache.spark.b.f0(F.scala:0)',
      '  at org.apache.spark.b.f1(F.scala:1)',
    ]);
  });

  it('is the last lines of the stream whose error came first, where there is no traceback', () => {
    const quiet = stream('algo-1', ['step 1', 'step 2', 'step 3', 'step 4'], 10);
    const broken = stream('algo-2', ['step 1', 'Bus error (core dumped)'], 8);
    expect(endOf(quiet, broken)).toMatchObject({ stream: 'algo-2', lines: ['step 1', 'Bus error (core dumped)'] });
  });

  it('is the last lines of the stream that was written last, where no line tells of an error', () => {
    const lines = Array.from({ length: 50 }, (_, at) => `step ${at}`);
    expect(endOf(stream('algo-1', ['step 1'], 5), stream('algo-2', lines, 6))).toMatchObject({
      stream: 'algo-2',
      lines: lines.slice(-MOST_LINES),
    });
  });

  it('leaves out an error that came more than an hour before the last line', () => {
    const long = [...MISSING.map((message, at) => ({ at, message })), { at: 7_200_000, message: 'step 9' }];
    expect(endOf({ name: 'a', events: long })?.lines).toEqual(['step 9']);
  });

  it('shows of a progress bar what a terminal would show', () => {
    expect(endOf(stream('a', [' 1%|#\r 50%|#####\r100%|##########']))?.lines).toEqual(['100%|##########']);
  });

  it('keeps the first line and the last lines of a long traceback', () => {
    const deep = [
      'Traceback (most recent call last):',
      ...Array.from({ length: 60 }, (_, at) => `  frame ${at}`),
      'ValueError: x',
    ];
    expect(endOf(stream('a', deep))?.lines).toEqual([
      'Traceback (most recent call last):',
      '  … 43 lines are left out',
      ...Array.from({ length: 17 }, (_, at) => `  frame ${at + 43}`),
      'ValueError: x',
    ]);
  });

  it('is absent where streams are empty', () => {
    expect([endOf(), endOf(stream('a', [])), endOf(stream('a', ['', ' ']))]).toEqual([undefined, undefined, undefined]);
  });

  it('hides secrets, and removes what could mislead a reader or a terminal', () => {
    const end = logEndOf(
      [stream('a', ['\u001b[31mlogin with CANARY-9f3c2a77\u001b[0m', 'password=hunter2-secret', 'x\u202egpj.exe'])],
      new Set(['canary-9f3c2a77']),
    );
    expect(end?.lines).toEqual(['login with [hidden]', 'password=[hidden]', 'xgpj.exe']);
  });

  it('hides a secret that begins before the lines that are shown, and one that goes over two lines', () => {
    const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} RSA PRIVATE KEY-----`);
    const body = Array.from(
      { length: 25 },
      (_, at) => `MIIEow${String(at).padStart(2, '0')}${'Qx7Kp2Lm9Zr4Tv8W'.repeat(3)}`,
    );
    const key = endOf(stream('a', [begin ?? '', ...body, end ?? '', 'ERROR: the end']));
    expect(key?.lines.join()).not.toMatch(/Qx7Kp2Lm/);
    expect(endOf(stream('a', ['"password":', '  "Qx7Kp2Lm9Zr4"', 'done']))?.lines.join()).not.toContain('Qx7Kp2Lm');
  });

  it('has both tracebacks of an error that followed from another one, and both are evidence', () => {
    const follows = 'During handling of the above exception, another exception occurred:';
    const second = ['Traceback (most recent call last):', '  File "train.py", line 9', 'RuntimeError: setup failed'];
    const end = endOf(stream('a', [...MISSING, follows, ...second]));
    expect(end).toMatchObject({ lines: [...MISSING, ...second], evidence: [MISSING, second] });
  });

  it('is found before hundreds of lines that other processes write later', () => {
    const noise = Array.from({ length: 300 }, (_, at) => `[rank3]: frame #${at}: c10d::ProcessGroupNCCL`);
    expect(endOf(stream('a', [...MISSING, ...noise]))?.lines).toEqual(MISSING);
  });

  it('is no evidence when the process wrote another error later', () => {
    const end = endOf(stream('a', [...MISSING, 'retrying without labels', 'epoch 1 ok', 'ERROR: no column y']));
    expect(end).toMatchObject({ stream: 'a', evidence: [] });
  });

  it('has only its last error as evidence where there is no traceback, not words that are mentioned', () => {
    const lines = ['result: no CUDA out of memory so far', 'ERROR: customers table permission denied'];
    expect(endOf(stream('a', lines))?.evidence).toEqual([['ERROR: customers table permission denied']]);
  });

  it('reads lines that end as on Windows, and coloured ones with their indentation', () => {
    const written = MISSING.map((line) => `\u001b[31m${line}\u001b[0m\r`);
    expect(endOf(stream('a', written))?.lines).toEqual(MISSING);
  });

  it('has at most 20 printable lines of limited length, whatever others write', () => {
    const anyLine = fc.oneof(
      fc.string({ maxLength: 400, unit: 'binary' }),
      fc.constantFrom(...MISSING, ...GONE, ...ELASTIC, '\tat a.b(C:1)', 'Caused by: a.B'),
    );
    const anyStreams = fc.array(fc.array(anyLine, { maxLength: 30 }), { maxLength: 3 });
    fc.assert(
      fc.property(anyStreams, (all) => {
        const end = endOf(...all.map((lines, at) => stream(`s${at}`, lines)));
        const lines = end?.lines ?? [];
        expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
        for (const line of lines) {
          expect(line.length).toBeLessThanOrEqual(LONGEST_LINE + 8);
          expect(line).toMatch(/^[^\p{Cc}\p{Cf}]*$/u);
        }
      }),
      { numRuns: 50 },
    );
  });
});
