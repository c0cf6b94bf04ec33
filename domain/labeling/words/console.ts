/** The place in the console where people chain a labeling job. */
export const IN_CONSOLE = 'in the console (Ground Truth, Labeling jobs, Actions, Chain)';
