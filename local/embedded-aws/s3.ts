/** Simulates the part of S3 that we use: getting, putting, looking for and listing objects. */
import type { IncomingMessage } from 'node:http';
import { type Answer, AwsError, escapeXml, type Protocol } from './protocol.ts';

/** The most keys of a page (S3 API reference, ListObjectsV2). */
const PAGE = 1000;

export class SimulatedS3 {
  /** Text of each object, by its URI: `s3://bucket/key`. */
  readonly objects = new Map<string, string>();
  /** When objects were written; others were written now. */
  readonly written = new Map<string, Date>();
  /** The media types of objects that were put. */
  readonly types = new Map<string, string>();
  clock: () => Date = () => new Date();

  /** Answers one operation. Throws an `AwsError` for a call that S3 would refuse. */
  perform(operation: string, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const uri = `s3://${input['Bucket']}/${input['Key']}`;
    switch (operation) {
      case 'GetObject': {
        const Body = this.objects.get(uri);
        // S3 answers AccessDenied for a missing object when the caller may not list the bucket.
        if (Body === undefined) throw new AwsError('AccessDenied', 'Access Denied', 403);
        return { Body, ContentType: this.types.get(uri) };
      }
      case 'HeadObject':
        if (!this.objects.has(uri)) throw new AwsError('NotFound', 'Not Found', 404);
        return { Body: '', ContentType: this.types.get(uri) };
      case 'PutObject':
        if (input['IfNoneMatch'] === '*' && this.objects.has(uri))
          throw new AwsError(
            'PreconditionFailed',
            'At least one of the pre-conditions you specified did not hold',
            412,
          );
        this.objects.set(uri, String(input['Body']));
        this.written.set(uri, this.clock());
        this.types.set(uri, String(input['ContentType']));
        return { Body: '' };
      case 'ListObjectsV2':
        return this.#list(input);
      default:
        throw new AwsError('NotImplemented', `The embedded AWS does not know s3:${operation}.`, 501);
    }
  }

  /** One page, in the order of the keys. The token of the next page is the last key or folder of this one. */
  #list(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const text = (name: string) => String(input[name] ?? '');
    const bucket = `s3://${text('Bucket')}/`;
    const [prefix, delimiter, after] = [text('prefix'), text('delimiter'), text('continuation-token')];
    const keys = [...this.objects.keys()].flatMap((uri) => (uri.startsWith(bucket) ? [uri.slice(bucket.length)] : []));
    const folderOf = (key: string): string | undefined => {
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      return end < 0 ? undefined : key.slice(0, end + delimiter.length);
    };
    const all = new Set(keys.filter((key) => key.startsWith(prefix)).map((key) => folderOf(key) ?? key));
    const rest = [...all].filter((one) => one > after).sort((one, other) => (one < other ? -1 : 1));
    const page = rest.slice(0, Number(input['max-keys'] ?? PAGE));
    const encode = input['encoding-type'] === 'url' ? urlEncoded : (key: string) => key;
    const isFolder = (one: string) => !this.objects.has(bucket + one);
    return {
      xml: [
        '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
        `<KeyCount>${page.length}</KeyCount><IsTruncated>${rest.length > page.length}</IsTruncated>`,
        ...(input['encoding-type'] === 'url' ? ['<EncodingType>url</EncodingType>'] : []),
        ...(rest.length > page.length
          ? [`<NextContinuationToken>${escapeXml(page.at(-1) ?? '')}</NextContinuationToken>`]
          : []),
        ...page.map((one) =>
          isFolder(one)
            ? `<CommonPrefixes><Prefix>${escapeXml(encode(one))}</Prefix></CommonPrefixes>`
            : `<Contents><Key>${escapeXml(encode(one))}</Key>${this.#about(bucket + one)}</Contents>`,
        ),
        '</ListBucketResult>',
      ].join(''),
    };
  }

  #about(uri: string): string {
    const at = this.written.get(uri) ?? this.clock();
    const size = Buffer.byteLength(this.objects.get(uri) ?? '');
    return `<LastModified>${at.toISOString()}</LastModified><Size>${size}</Size>`;
  }
}

/** As S3 encodes keys in lists: a space is `+`, and slashes stay. */
const urlEncoded = (key: string): string => encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');

/** Whether the request is for S3: the signature's credential scope, in a header or in a signed link, names the service. */
export const isS3 = ({ headers, url = '' }: IncomingMessage): boolean =>
  /Credential=[^,]*\/s3\/aws4_request/.test(headers.authorization ?? '') ||
  /[?&]X-Amz-Credential=[^&]*%2Fs3%2Faws4_request/.test(url);

/** An operation on an object, by the method. */
const OF_OBJECTS: Readonly<Record<string, string>> = { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject' };

/**
 * The path is bucket and key. Before them may be the path of the endpoint, such as `/w1`: bucket names are longer than
 * that.
 */
export const s3Protocol: Protocol = {
  read(request, body) {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://s3');
    const path = pathname.replace(/^\/[^/]{1,2}(?=\/)/, '');
    const [, Bucket = '', Key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(decodeURIComponent(path)) ?? [];
    if (searchParams.get('list-type') === '2')
      return { service: 's3', operation: 'ListObjectsV2', input: { ...Object.fromEntries(searchParams), Bucket } };
    const method = request.method ?? '';
    return {
      service: 's3',
      operation: OF_OBJECTS[method] ?? method,
      input: {
        Bucket,
        Key,
        ...(method === 'PUT' && {
          Body: body,
          ContentType: request.headers['content-type'],
          IfNoneMatch: request.headers['if-none-match'],
        }),
      },
    };
  },
  answer: (_call, { Body, ContentType, xml }): Answer =>
    xml === undefined
      ? {
          status: 200,
          headers: { 'content-type': String(ContentType ?? 'binary/octet-stream') },
          body: String(Body),
        }
      : { status: 200, headers: { 'content-type': 'application/xml' }, body: String(xml) },
  refuse: ({ code, message, status }) => ({
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  }),
};
