import { asterVenue } from "../../../src/venues/aster/venue.ts";
import { venueContract } from "../contract.ts";
import { DEMO_PRIVATE_KEY, DOCUMENTED_API_KEY, DOCUMENTED_API_SECRET, V1, V3 } from "./credentials.ts";

venueContract("Aster V1", () => asterVenue(V1), { secrets: [DOCUMENTED_API_KEY, DOCUMENTED_API_SECRET] });
venueContract("Aster V3", () => asterVenue(V3), { secrets: [DEMO_PRIVATE_KEY, DEMO_PRIVATE_KEY.slice(2)] });
