"""Why a resource was left, and which test left it. Reads only; decides nothing."""
