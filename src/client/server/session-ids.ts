/** The session's id in a refresh token: bytes 1 to 16. Not verified; the API does that. */
export function sessionOfRefresh(token: string): string | undefined {
  const bytes = bytesOf(token.replace(/^prt_/, '').slice(0, 24));
  return bytes && [...bytes.slice(1, 17)].map(hex).join('');
}

/** The session's id in a JWT, without dashes; `none` where there is none. Not verified either. */
export function sessionOfAccess(token: string): string {
  try {
    const text = new TextDecoder().decode(bytesOf(token.split('.')[1] ?? ''));
    return String((JSON.parse(text) as { sid?: unknown }).sid).replaceAll('-', '');
  } catch {
    return 'none';
  }
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

function bytesOf(base64url: string): Uint8Array | undefined {
  try {
    const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(text, (each) => each.charCodeAt(0));
  } catch {
    return undefined;
  }
}
