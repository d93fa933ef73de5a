/**
 * The dialogs that close positions and cancel orders are part of the first script. So they work when the server cannot be
 * reached, and when a newer version has removed the files of this one. The kill switch is part of the frame.
 */
import '../actions/cancel-order-button';
import '../actions/close-all-button';
import '../features/positions/exits-dialog';
import '../features/positions/sell-dialog';
