// Prints docs/METRICS.md to standard output; `npm run check` compares it with the file.
import { printCatalogue } from '../../core/operations/metrics-catalogue.js';

process.stdout.write(printCatalogue());
