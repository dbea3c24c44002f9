-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "AccountMailKind" ADD VALUE 'SIGN_IN_CODE';
ALTER TYPE "AccountMailKind" ADD VALUE 'RISK_REFUSED';

-- AlterEnum
ALTER TYPE "LoginOutcome" ADD VALUE 'REFUSED';

-- AlterTable
ALTER TABLE "LoginEvent" ADD COLUMN     "country" TEXT;

-- AlterTable
ALTER TABLE "MfaChallenge" ADD COLUMN     "mailId" TEXT;

-- CreateTable
CREATE TABLE "SessionPlace" (
    "sessionId" TEXT NOT NULL,
    "deviceHash" TEXT NOT NULL,
    "ipAddress" TEXT,
    "userAgent" TEXT,
    "riskScore" DOUBLE PRECISION NOT NULL,
    "riskReasons" TEXT[],
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "provenLevel" "AuthLevel",
    "provenScore" DOUBLE PRECISION,
    "loggedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SessionPlace_pkey" PRIMARY KEY ("sessionId","deviceHash")
);

-- AddForeignKey
ALTER TABLE "SessionPlace" ADD CONSTRAINT "SessionPlace_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;
