import { CATALOGUE } from './catalogue.ts';
import { propertiesSchema } from './event.ts';

/**
 * The catalogue as a RudderStack tracking plan: what is uploaded there so that RudderStack's own data plane judges events
 * as our loader does. `tracking-plan.json` is this, written out; a test keeps the two the same.
 */
export function trackingPlan(): object {
  return {
    name: 'Tantieme',
    events: CATALOGUE.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((event) => ({
      name: event.name,
      description: event.meaning,
      eventType: 'track',
      rules: {
        type: 'object',
        properties: { properties: propertiesSchema(event) },
        required: ['properties'],
      },
    })),
  };
}

export function trackingPlanText(): string {
  return `${JSON.stringify(trackingPlan(), null, 2)}\n`;
}

if (import.meta.main) process.stdout.write(trackingPlanText());
