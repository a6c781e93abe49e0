import { StartupError } from '../../errors/index.js';

/**
 * The tour did not go as told. Like any error that the operator is to read, the command line prints
 * its message as it stands and exits with status 1.
 */
export class TourError extends StartupError {}
