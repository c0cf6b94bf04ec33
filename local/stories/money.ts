/** What stories spend, USD. */

/** Each link of the labeling story costs less. */
export const STORY_USD = 1;
/** The month of the project in the story of a month. Two jobs of 7.09 USD an hour spend it in four hours. */
export const MONTH_USD = 60;
