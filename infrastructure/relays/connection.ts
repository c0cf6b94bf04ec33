/** HTTPS endpoints as targets: what EventBridge calls an API destination, and the connection that authorizes it. */
import type { PagerDuty, Webhook } from '../../schemas/configuration/relay-targets.ts';
import type { Relay } from '../../schemas/configuration/relays-section.ts';
import type { Resources, Stack } from '../per-function.ts';
import { endpointNameOf, idOf } from './names.ts';

interface Secret {
  readonly secret: string;
  readonly field?: string | undefined;
  readonly version?: string | undefined;
}

/**
 * A dynamic reference, which CloudFormation replaces by the value while it deploys (CloudFormation user guide, Get a
 * secret or secret value from Secrets Manager): the template holds no secret. CloudFormation reads a secret again only
 * when the reference itself changes, for example its version.
 */
export const referenceTo = ({ secret, field = '', version }: Secret): string =>
  version !== undefined
    ? `{{resolve:secretsmanager:${secret}:SecretString:${field}::${version}}}`
    : `{{resolve:secretsmanager:${secret}:SecretString${field === '' ? '' : `:${field}`}}}`;

/** The connection and the API destination of the relay called `name`; nothing for other kinds of relays. */
export function endpointOf(name: string, { webhook, pagerDuty }: Relay, stack: Stack): Resources {
  if (webhook !== undefined) return endpoint(name, stack, authorizationOf(webhook), webhook.url, webhook.perSecond);
  if (pagerDuty !== undefined)
    return endpoint(name, stack, byRoutingKey(pagerDuty), PAGERDUTY[pagerDuty.region], undefined);
  return {};
}

/** Service regions of PagerDuty (PagerDuty developer documentation, Events API v2). */
const PAGERDUTY = {
  us: 'https://events.pagerduty.com/v2/enqueue',
  eu: 'https://events.eu.pagerduty.com/v2/enqueue',
} as const;

function endpoint(
  name: string,
  stack: Stack,
  authorization: object,
  url: string,
  perSecond: number | undefined,
): Resources {
  const [connection, destination] = [`${idOf(name)}Connection`, `${idOf(name)}Destination`];
  return {
    [connection]: {
      Type: 'AWS::Events::Connection',
      Properties: { Name: endpointNameOf(name, stack), ...authorization },
    },
    [destination]: {
      Type: 'AWS::Events::ApiDestination',
      Properties: {
        Name: endpointNameOf(name, stack),
        ConnectionArn: { 'Fn::GetAtt': [connection, 'Arn'] },
        HttpMethod: 'POST',
        InvocationEndpoint: url,
        ...(perSecond !== undefined && { InvocationRateLimitPerSecond: perSecond }),
      },
    },
  };
}

function authorizationOf({ apiKey, basic, oauth }: Webhook): object {
  if (basic !== undefined)
    return {
      AuthorizationType: 'BASIC',
      AuthParameters: { BasicAuthParameters: { Username: basic.user, Password: referenceTo(basic) } },
    };
  if (oauth !== undefined)
    return {
      AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS',
      AuthParameters: {
        OAuthParameters: {
          AuthorizationEndpoint: oauth.tokenUrl,
          HttpMethod: 'POST',
          ClientParameters: { ClientID: oauth.clientId, ClientSecret: referenceTo(oauth) },
          // RFC 6749, section 4.4.2. EventBridge does not add the grant type by itself.
          OAuthHttpParameters: {
            BodyParameters: [
              { Key: 'grant_type', Value: 'client_credentials', IsValueSecret: false },
              ...(oauth.scope === undefined ? [] : [{ Key: 'scope', Value: oauth.scope, IsValueSecret: false }]),
            ],
          },
        },
      },
    };
  if (apiKey === undefined) throw new Error('a webhook has apiKey, basic or oauth');
  return {
    AuthorizationType: 'API_KEY',
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: apiKey.header, ApiKeyValue: referenceTo(apiKey) } },
  };
}

/**
 * PagerDuty reads its integration key in the body, as `routing_key`. A connection needs one of the three ways to
 * authorize all the same, so that each request also has a header, which is no secret.
 */
const byRoutingKey = (secret: PagerDuty): object => ({
  AuthorizationType: 'API_KEY',
  AuthParameters: {
    ApiKeyAuthParameters: { ApiKeyName: 'X-Client', ApiKeyValue: 'events' },
    InvocationHttpParameters: {
      BodyParameters: [{ Key: 'routing_key', Value: referenceTo(secret), IsValueSecret: true }],
    },
  },
});
