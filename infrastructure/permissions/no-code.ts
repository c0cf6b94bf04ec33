/** Stands for the code of every function in a package that is made for its template alone. */
export const handler = (): void => undefined;
