/**
 * Whether a page of somebody else's asks. Browsers let any page open a socket anywhere, and no
 * preflight asks first. Programs send no Origin; a page that hides its own sends `null`.
 */
export function isForeign(
  origin: string | undefined,
  site: { readonly origins: readonly string[] },
  settings: { readonly allowedOrigins: readonly string[] },
): boolean {
  return ![...site.origins, ...settings.allowedOrigins, undefined].includes(origin);
}
