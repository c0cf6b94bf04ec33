/**
 * Simulates the Price List with sample prices: the shipped ones. Answers also contain a row that is no hourly price, as
 * AWS's do.
 */
import * as z from 'zod';
import { SAMPLE_VERSION } from '../../adapters/pricing/price-list.ts';
import { SHIPPED_PRICES } from '../../domain/cost/shipped-prices.ts';
import { COMPONENTS, type Component } from '../../schemas/event/billing.ts';
import { AwsError } from './protocol.ts';

const Query = z.object({
  ServiceCode: z.literal('AmazonSageMaker'),
  Filters: z.array(z.object({ Type: z.literal('TERM_MATCH'), Field: z.string(), Value: z.string() })),
});

/** Answers `GetProducts`. Throws an `AwsError` for filters that the Price List API would refuse. */
export function products(input: unknown): Record<string, unknown> {
  const { data } = Query.safeParse(input);
  if (data === undefined) throw new AwsError('InvalidParameterException', 'Input Parameters are invalid.');
  const by = Object.fromEntries(data.Filters.map(({ Field, Value }) => [Field, Value]));
  const component = COMPONENTS.find((one) => one === by['component']);
  const type = by['instanceName'] ?? '';
  const region = by['regionCode'] ?? '';
  // Without a shipped price, that of us-east-1 is enough to show what alerts look like.
  const found =
    component === undefined ? undefined : (sampleIn(region, component, type) ?? sampleIn('us-east-1', component, type));
  const attributes = { instanceName: type, component, regionCode: region };
  const fee = row({ instanceType: 'NA', usagetype: `TrainingPlanUpfrontFee:${type}` }, 'Quantity', '13.57', '');
  return {
    FormatVersion: 'aws_v1',
    PriceList: found === undefined ? [fee] : [fee, row(attributes, 'Hrs', found.price, found.asOf)],
  };
}

/** The shipped price; else that of training. */
function sampleIn(region: string, component: Component, type: string) {
  const { asOf = '', prices = {} } = SHIPPED_PRICES[region] ?? {};
  const price = prices[component]?.[type] ?? prices.Training?.[type];
  return price === undefined ? undefined : { price, asOf };
}

/** One entry. The API returns each entry as JSON text inside JSON. */
function row(attributes: object, unit: string, usd: string, asOf: string): string {
  const USD = Number(usd).toFixed(10);
  return JSON.stringify({
    product: { productFamily: 'ML Instance', attributes },
    serviceCode: 'AmazonSageMaker',
    terms: { OnDemand: { 'SKU.TERM': { priceDimensions: { 'SKU.TERM.RATE': { unit, pricePerUnit: { USD } } } } } },
    version: SAMPLE_VERSION,
    publicationDate: `${asOf}T00:00:00Z`,
  });
}
