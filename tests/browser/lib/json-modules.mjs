// Loads JSON files that a library imports without saying that they are JSON, as bundlers allow and Node does not.
export const load = (url, context, next) => next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context);
