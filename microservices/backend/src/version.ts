/** The release, as package.json and the OpenAPI document name it; a test ties them. */
export const VERSION = '2.0.0';
