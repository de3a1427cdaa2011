"""The fixed ids, tokens and names of the sandbox.

No behaviour, and no secret: the tokens only have a real token's length and form, and open nothing but the sandbox.
"""

from typing import Final

TOGGL_TOKEN: Final = "5a4db0c5a4db0c5a4db0c5a4db0c5a00"  # noqa: S105 - sandbox only: opens nothing else
FIBERY_TOKEN: Final = "5a4db0c5.5a4db0c5a4db0c5a4db0c5a4db0c5a4db00"  # noqa: S105 - sandbox only: opens nothing else
FIBERY_OTHER_TOKEN: Final = "5a4db0c5.5a4db0c5a4db0c5a4db0c5a4db0c5a4db01"  # noqa: S105 - sandbox only; another user's
CHAT_KEY: Final = "sk-sandbox-only-not-a-key"
SLACK_PATH: Final = "/services/T05ANDB0X/B05ANDB0X/5andb0x0n1yn0tas3cr3t0000"

FIBERY_WORKSPACE: Final = "larkspur-sandbox"
ORGANIZATION_ID: Final = 9_100_001
ORGANIZATION_NAME: Final = "Larkspur"
WORKSPACE_ID: Final = 3_100_001
WORKSPACE_NAME: Final = "Larkspur product team"

# Three number ranges, because three Toggl lists have an `id` that is not the user id (reference/toggl.md 2).
FIRST_USER_ID: Final = 2_100_001
FIRST_MEMBERSHIP_ID: Final = 8_800_001
FIRST_ORGANIZATION_MEMBERSHIP_ID: Final = 7_700_001
FIRST_ENTRY_ID: Final = 3_400_000_017
FIRST_PROJECT_ID: Final = 5_000_101
FIRST_CLIENT_ID: Final = 4_000_101
FIRST_TAG_ID: Final = 6_000_101

WEEKS: Final = 26
SCHEMA_VERSION: Final = 6208
