/** Credentials in URLs: before the host, in the path of a webhook, in a query. */
import { type Span, spansOf } from './spans.ts';
import { looksSecret } from './value.ts';

interface Form {
  readonly pattern: RegExp;
  readonly isSecret?: (value: string) => boolean;
}

const isLikely = (value: string) => looksSecret(value) || value.length >= 20;

let forms: readonly Form[] | undefined;
const compiled = (): readonly Form[] => {
  forms ??= [
    // scheme://user:password@host. The password may contain "/", "@" and ":", and all of it may be encoded.
    {
      pattern:
        /(?<=(?:[a-z\d+](?::|%3A)|(?<![:/%\w]))(?:\/\/|\\\/\\\/|%2F%2F))(?<text>[^\s/@:"'<>]{0,100}(?::|%3A)(?!\d{1,5}(?:[/?#\s]|$))(?:(?!:\/\/)[^\s"'<>]|["'](?![\s,:;}\])]|$)){0,300})(?:@|%40)(?=[\w.[/-])/dgi,
    },
    // https://token@host: even a name tells who may log in there.
    { pattern: /(?<=https?:\/\/)(?!git@)(?<text>[^\s/@:"'<>]{3,300})@(?=[\w.-])/dgi },
    // user:password@host, without a scheme. An image's digest follows "@", too.
    {
      pattern: /(?<![\w/:.-])[\w.-]{1,40}:(?<text>[^\s/@:"'<>]{6,100})@(?!sha256)(?=[\w-]{1,60}(?:\.\w|:\d|\())/dgi,
      isSecret: looksSecret,
    },
    // Oracle: thin:user/password@host
    { pattern: /(?:thin:|\b(?:sqlplus|expdp|impdp|sqlldr)\s+)[\w.-]{1,40}\/(?<text>[^\s@"']{1,100})@/dgi },
    {
      pattern:
        /(?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|webhook\.office\.com)\/(?<text>[^\s"'<>]{8,300})/dgi,
    },
    { pattern: /api\.telegram\.org\/bot(?<text>[^\s/"'<>]{8,100})/dgi },
    // conda.anaconda.org/t/token/channel
    { pattern: /\/t\/(?<text>[\w-]{16,100})\//dgi, isSecret: isLikely },
    // Names of a query that mean nothing elsewhere.
    { pattern: /[?&](?:amp;)?(?:key|code|k|auth)=(?<text>[^\s&"'#;<>]{16,500})/dgi, isSecret: isLikely },
  ];
  return forms;
};

/** Where `text` has credentials in URLs. */
export const secretsInUrls = (text: string): Span[] =>
  compiled().flatMap(({ pattern, isSecret }) => spansOf(text, pattern, isSecret));
