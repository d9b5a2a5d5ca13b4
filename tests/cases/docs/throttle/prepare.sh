drift init
