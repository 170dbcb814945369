/** What is to be done about an app that could not be loaded. */
export const LOAD_HINT =
  "Once this is put right, the next request gets the app again.";
