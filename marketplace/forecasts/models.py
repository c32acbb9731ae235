"""What finished work taught the forecast: one row a calibration, the newest in force."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column
from marketplace.ids import new_id


class ForecastCalibration(Base):
    """Widths by tier, learnt by split-conformal prediction from measured results; never changed."""

    __tablename__ = "forecast_calibration"

    id: Mapped[str] = id_column(default=new_id)
    number: Mapped[int] = mapped_column(unique=True)
    model: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime] = mapped_column(index=True)
    #: {tier: {"width": factor on the band, "n": how many measured pieces taught it}}
    tiers: Mapped[dict[str, Any]]
