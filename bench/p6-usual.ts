// The comparison of P6: the list of positions over Apollo and type-graphql as they are usually wired.
import { openDatabase } from '../server/src/infra/database/database.js';
import { startUsualApi } from '../server/src/testing/usual-api.js';
import { answerParent } from './child.js';

const { DATABASE_URL = '', FIELD_GUARDS = '' } = process.env;
const { url } = await startUsualApi(openDatabase(DATABASE_URL), { hasGuards: FIELD_GUARDS === 'true' });
answerParent({});
process.send?.({ type: 'ready', url });
