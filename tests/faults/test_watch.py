"""The watch of the simulation notices at the next step what does not fit, also where no entry was written."""

import pytest

from tests.faults.simulation import Simulation


@pytest.fixture
def world(tmp_path):
    world = Simulation(1, tmp_path)
    world.bookings.append("b1")
    world.desk.fund("b1")
    world.desk.release("d1", booking_ref="b1")
    world.look()
    yield world
    world.close()


class TestLook:
    @pytest.mark.parametrize(
        ("tampering", "said"),
        [
            ("UPDATE pay_operation SET state = 'refused' WHERE kind = 'release'", "in transit"),
            ("UPDATE pay_part SET release_status = 'none' WHERE part_ref = 'd1'", "b1 holds"),
            (
                "UPDATE pay_part SET refund_status = 'done', refund_minor = 55750 WHERE part_ref = 'd2'",
                "b1 holds",
            ),
        ],
    )
    def test_notices_rows_that_say_other_than_the_books(self, world, tampering, said):
        with world.engine.begin() as connection:
            connection.exec_driver_sql(tampering)
        with pytest.raises(AssertionError, match=said):
            world.look()

    def test_carries_on_the_sums_of_the_whole_ledger(self, world):
        world.desk.run_due()
        world.look()
        world.verify()
        world.watch.balances["asset:psp", "SAR"] += 1
        with pytest.raises(AssertionError):
            world.verify()
