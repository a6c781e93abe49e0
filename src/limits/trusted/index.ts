export { collectDocuments } from './collect.js';
export { formatManifest, readManifest } from './manifest.js';
export { TrustedDocuments } from './trusted-documents.js';
