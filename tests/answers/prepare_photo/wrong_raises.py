# diagnosis: none
def prepare_photo(image):
    raise ValueError("the picture is blank")
