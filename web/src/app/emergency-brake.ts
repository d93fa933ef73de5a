/**
 * By what a trader gets out belongs to the first script: it is here when the server is gone, and when a newer version
 * has taken the files of this one away. The kill switch comes with the frame; these come with their pages otherwise.
 */
import '../actions/cancel-order-button';
import '../actions/close-all-button';
import '../features/positions/exits-dialog';
import '../features/positions/sell-dialog';
