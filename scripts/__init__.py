"""What neither Make nor the package can do, because both need it done: find a Python and install the pinned
packages (`setup.sh`, `bootstrap.py`), and pin them (`lock.py`)."""
